package io.memflow.os.minidump.kernel;

import io.memflow.core.memory.PointerWidth;
import io.memflow.formats.crashdump.CrashHeader;
import io.memflow.formats.crashdump.ProcessorContext;
import java.util.Map;

/**
 * What the header of a dump says of the machine and its system.
 *
 * @param header the dump's
 */
record DumpMachine(CrashHeader header) {
    /** Major and minor version of the builds before 10 (the releases' published numbers). */
    private static final Map<Long, String> VERSIONS = Map.ofEntries(
            Map.entry(2195L, "5.0"),
            Map.entry(2600L, "5.1"),
            Map.entry(3790L, "5.2"),
            Map.entry(6000L, "6.0"),
            Map.entry(6001L, "6.0"),
            Map.entry(6002L, "6.0"),
            Map.entry(6003L, "6.0"),
            Map.entry(7600L, "6.1"),
            Map.entry(7601L, "6.1"),
            Map.entry(9200L, "6.2"),
            Map.entry(9600L, "6.3"));

    private static final long TEN = 10240;
    private static final long KERNEL_START_32 = 0x8000_0000L;
    private static final long KERNEL_START_64 = 0xFFFF_8000_0000_0000L;

    /** As other layers name it. */
    String architecture() {
        return switch (header.machine()) {
            case ProcessorContext.MACHINE_X86 -> "i386";
            case ProcessorContext.MACHINE_X64 -> "x86-64";
            case ProcessorContext.MACHINE_ARM64 -> "arm64";
            default -> "machine 0x%x".formatted(header.machine());
        };
    }

    /** Its name in the table of published builds. */
    String table() {
        return switch (header.machine()) {
            case ProcessorContext.MACHINE_X86 -> "x86";
            case ProcessorContext.MACHINE_X64 -> "x64";
            default -> architecture();
        };
    }

    /** Such as {@code 10.0.19041}; of a build that was no release, its number alone. */
    String release() {
        String version = header.build() >= TEN ? "10.0" : VERSIONS.get(header.build());
        return version == null ? "build " + header.build() : version + "." + header.build();
    }

    /** Whether an address is one of the kernel's. */
    boolean isKernelAddress(long address) {
        return header.width() == PointerWidth.BITS_32
                ? Long.compareUnsigned(address, KERNEL_START_32) >= 0 && address <= 0xFFFF_FFFFL
                : Long.compareUnsigned(address, KERNEL_START_64) >= 0;
    }

    /** An address out of a structure that has 64 bits on every system: on 32-bit ones it is sign-extended. */
    long address(long wide) {
        return header.width() == PointerWidth.BITS_32 ? wide & 0xFFFF_FFFFL : wide;
    }
}
