package io.memflow.os.windows.discovery;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.os.windows.structure.WindowsArchitecture;
import java.util.Optional;

/**
 * What the kernel shows to user mode ({@code KUSER_SHARED_DATA}, ntddk.h).
 *
 * @param systemRoot such as {@code C:\Windows}
 * @param major {@code NtMajorVersion}
 * @param minor {@code NtMinorVersion}
 * @param build {@code NtBuildNumber}; 0 before Windows 8, which did not keep it here
 * @param systemTime when the clock last ticked, in units of 100 ns since 1601 (UTC)
 * @param processors {@code ActiveProcessorCount}; 0 before Windows 7
 */
record SharedData(String systemRoot, int major, int minor, int build, long systemTime, int processors) {
    private static final long ADDRESS_64 = 0xFFFF_F780_0000_0000L;
    private static final long ADDRESS_32 = 0xFFDF_0000L;
    private static final int SYSTEM_TIME = 0x14;
    private static final int SYSTEM_ROOT = 0x30;
    private static final int SYSTEM_ROOT_BYTES = 520;
    private static final int BUILD = 0x260;
    private static final int MAJOR = 0x26C;
    private static final int MINOR = 0x270;
    private static final int PROCESSORS = 0x3C0;
    private static final int EIGHT = 602;
    private static final int SEVEN = 601;
    private static final int BUILD_MASK = 0xFFFF;

    /** Where the kernel sees it. */
    static long address(WindowsArchitecture architecture) {
        return architecture.pointerBytes() == Long.BYTES ? ADDRESS_64 : ADDRESS_32;
    }

    /** Reads it; empty when it is not there. */
    static Optional<SharedData> read(MemoryView memory, long address) {
        try {
            int major = memory.readInt(address + MAJOR);
            int minor = memory.readInt(address + MINOR);
            if ((major != 5 && major != 6 && major != 10) || minor < 0 || minor > 3) {
                return Optional.empty();
            }
            int number = major * 100 + minor;
            return Optional.of(new SharedData(
                    memory.readUtf16(address + SYSTEM_ROOT, SYSTEM_ROOT_BYTES),
                    major,
                    minor,
                    number >= EIGHT ? memory.readInt(address + BUILD) & BUILD_MASK : 0,
                    // KSYSTEM_TIME: low half, high half, high half again.
                    (memory.readInt(address + SYSTEM_TIME) & 0xFFFF_FFFFL)
                            | ((long) memory.readInt(address + SYSTEM_TIME + Integer.BYTES) << Integer.SIZE),
                    number >= SEVEN ? memory.readInt(address + PROCESSORS) : 0));
        } catch (MemflowException unreadable) {
            return Optional.empty();
        }
    }
}
