package io.memflow.lab;

import io.memflow.guest.host.HostProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** This machine's own QEMU with all it needs to run in a guest: its libraries, its accelerator, its firmware. */
final class QemuInGuest {
    /** Where it is put; QEMU is told to look for firmware there. */
    static final String FIRMWARE = "/usr/share/qemu";

    private static final List<String> FIRMWARE_FILES =
            List.of("bios-256k.bin", "bios-microvm.bin", "kvmvapic.bin", "linuxboot_dma.bin", "pvh.bin");

    private static final List<Path> FIRMWARE_FOLDERS = List.of(Path.of("/usr/share/seabios"), Path.of(FIRMWARE));

    private QemuInGuest() {}

    /** Path in the guest to file here. */
    static Map<String, Path> files() throws IOException {
        Path program = HostProgram.QEMU.require();
        Map<String, Path> files = new LinkedHashMap<>();
        files.put("/usr/bin/" + HostProgram.QEMU.file(), program);
        files.putAll(SharedLibraries.of(program));
        Path accelerator = Path.of("/usr/lib/x86_64-linux-gnu/qemu/accel-tcg-x86_64.so");
        if (Files.exists(accelerator)) {
            files.put(accelerator.toString(), accelerator);
        }
        for (String name : FIRMWARE_FILES) {
            Stream<Path> places = FIRMWARE_FOLDERS.stream().map(folder -> folder.resolve(name));
            Path file = places.filter(Files::exists).findFirst().orElseThrow();
            files.put(FIRMWARE + "/" + name, file.toRealPath());
        }
        return files;
    }
}
