package io.memflow.formats.crashdump;

/** What of a machine a crash dump has ({@code DumpType} of its header). */
public enum CrashDumpType {
    /** All physical memory, in runs. */
    FULL(1),
    /** The kernel's physical pages, by a bitmap of 32-bit fields: kernel dumps until Windows 7. */
    SUMMARY(2),
    /** The header alone. */
    HEADER(3),
    /** A few virtual ranges of the kernel. */
    TRIAGE(4),
    /** All physical pages, by a bitmap. */
    BITMAP_FULL(5),
    /** The kernel's physical pages, by a bitmap. */
    BITMAP_KERNEL(6),
    /** A number that is not known here. */
    UNKNOWN(-1);

    private final int number;

    CrashDumpType(int number) {
        this.number = number;
    }

    static CrashDumpType of(int number) {
        for (CrashDumpType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        return UNKNOWN;
    }

    /** Whether the dump has physical memory. */
    public boolean isPhysical() {
        return this == FULL || this == SUMMARY || this == BITMAP_FULL || this == BITMAP_KERNEL;
    }
}
