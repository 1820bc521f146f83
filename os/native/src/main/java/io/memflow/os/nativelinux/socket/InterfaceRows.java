package io.memflow.os.nativelinux.socket;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.InterfaceInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.formats.socket.IpText;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import io.memflow.os.nativelinux.task.DetailRows;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Network interfaces of the network namespace that this program runs in: {@code /sys/class/net}
 * (Documentation/ABI/testing/sysfs-class-net). Thread-safe.
 *
 * @param roots where they are read from
 */
public record InterfaceRows(Roots roots) {
    private static final int IPV4_BYTES = 4;

    /** The rows, ascending by name; other namespaces are named as missing. */
    public Listing<InterfaceInfo> interfaces() {
        List<InterfaceInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        Long namespace = namespace();
        Path all = roots.sys().resolve("class/net");
        for (String name : KernelFile.names(all)) {
            // bonding_masters is a file among the interfaces.
            if (KernelFile.optionalLine(all.resolve(name).resolve("ifindex")).isPresent()) {
                rows.add(row(all.resolve(name), name, namespace));
            }
        }
        addOthers(namespace, missing);
        return new Listing<>(rows, missing);
    }

    private static InterfaceInfo row(Path directory, String name, Long namespace) {
        FieldReader fields = new FieldReader();
        return new InterfaceInfo(
                null,
                namespace,
                fields.read("ifindex", () -> KernelFile.parsed(directory.resolve("ifindex"), Integer::valueOf)),
                name,
                fields.read("flags", () -> KernelFile.parsed(directory.resolve("flags"), Long::decode)),
                fields.read("mtu", () -> KernelFile.parsed(directory.resolve("mtu"), Long::valueOf)),
                fields.read("address", () -> hardware(KernelFile.line(directory.resolve("address")))),
                addresses(name, fields),
                fields.provenance("sysfs"));
    }

    /** All zeros stand for an interface without such an address, as the loopback is. */
    private static String hardware(String address) {
        return address.matches("[0:]*") ? "" : address;
    }

    private static List<String> addresses(String name, FieldReader fields) {
        try {
            NetworkInterface known = NetworkInterface.getByName(name);
            return known == null
                    ? List.of()
                    : known.getInterfaceAddresses().stream()
                            .map(InterfaceRows::text)
                            .toList();
        } catch (SocketException failed) {
            fields.note("addresses", String.valueOf(failed.getMessage()));
            return List.of();
        }
    }

    private static String text(InterfaceAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        String text = bytes.length == IPV4_BYTES ? IpText.version4(bytes) : IpText.version6(bytes);
        return text + "/" + address.getNetworkPrefixLength();
    }

    private Long namespace() {
        return DetailRows.bracketed(KernelFile.link(roots.proc().resolve("self/ns/net")));
    }

    /** Names the network namespaces that other processes are in, as far as this user may know them. */
    private void addOthers(Long own, List<MissingPart> missing) {
        TreeSet<Long> numbers = new TreeSet<>();
        int refused = 0;
        for (int pid : KernelFile.numbers(roots.proc())) {
            try {
                KernelFile.optionalLink(roots.process(pid).resolve("ns/net"))
                        .ifPresent(link -> numbers.add(DetailRows.bracketed(link)));
            } catch (MemflowException failed) {
                refused += KernelFile.isGone(failed) ? 0 : 1;
            }
        }
        numbers.remove(own);
        if (!numbers.isEmpty()) {
            missing.add(new MissingPart(
                    "interfaces of %d other network namespaces".formatted(numbers.size()),
                    "the kernel shows them only from within; run this program there (nsenter(1))"));
        }
        if (refused > 0) {
            missing.add(new MissingPart(
                    "network namespaces of %d processes".formatted(refused),
                    "this user may not know them; run as root or with CAP_SYS_PTRACE"));
        }
    }
}
