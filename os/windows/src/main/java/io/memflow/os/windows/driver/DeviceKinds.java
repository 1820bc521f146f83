package io.memflow.os.windows.driver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Kinds of devices by their numbers ({@code FILE_DEVICE_BEEP} and so on, devioctl.h and wdm.h). Stateless. */
final class DeviceKinds {
    /** From 1 on, in the order of their numbers; empty where none is defined. */
    private static final List<String> NAMES = List.of(
            "beep",
            "cd-rom",
            "cd-rom-file-system",
            "controller",
            "datalink",
            "dfs",
            "disk",
            "disk-file-system",
            "file-system",
            "inport-port",
            "keyboard",
            "mailslot",
            "midi-in",
            "midi-out",
            "mouse",
            "multi-unc-provider",
            "named-pipe",
            "network",
            "network-browser",
            "network-file-system",
            "null",
            "parallel-port",
            "physical-netcard",
            "printer",
            "scanner",
            "serial-mouse-port",
            "serial-port",
            "screen",
            "sound",
            "streams",
            "tape",
            "tape-file-system",
            "transport",
            "unknown",
            "video",
            "virtual-disk",
            "wave-in",
            "wave-out",
            "8042-port",
            "network-redirector",
            "battery",
            "bus-extender",
            "modem",
            "vdm",
            "mass-storage",
            "smb",
            "ks",
            "changer",
            "smartcard",
            "acpi",
            "dvd",
            "fullscreen-video",
            "dfs-file-system",
            "dfs-volume",
            "serenum",
            "termsrv",
            "ksec",
            "fips",
            "infiniband");

    private DeviceKinds() {}

    /** The kind of a number; null for one that is a vendor's own or came later than this list. */
    static @Nullable String name(long number) {
        return number >= 1 && number <= NAMES.size() ? NAMES.get((int) number - 1) : null;
    }
}
