package io.memflow.core.os;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One network interface.
 *
 * @param address virtual address of the kernel's own object; null from a system that does not show it
 * @param namespace number of its network namespace; null when there is none or it could not be read
 * @param index its number; null when it could not be read
 * @param name such as {@code eth0}; null when it could not be read
 * @param flags the system's own flags, on Linux those of netdevice(7); null when they could not be read
 * @param mtu largest packet in bytes; null when it could not be read
 * @param hardwareAddress hexadecimal bytes between colons; empty when it has none, null when it could not be read
 * @param addresses internet addresses with the length of their prefix, such as {@code 192.0.2.7/24}
 */
public record InterfaceInfo(
        @Nullable Long address,
        @Nullable Long namespace,
        @Nullable Integer index,
        @Nullable String name,
        @Nullable Long flags,
        @Nullable Long mtu,
        @Nullable String hardwareAddress,
        List<String> addresses,
        Provenance provenance)
        implements Row {
    /** {@code IFF_UP}, the same on all systems. */
    private static final long UP = 1;

    public InterfaceInfo {
        addresses = List.copyOf(addresses);
    }

    /** Whether it is switched on. */
    public boolean isUp() {
        return flags != null && (flags & UP) != 0;
    }
}
