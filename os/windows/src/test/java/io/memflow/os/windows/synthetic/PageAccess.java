package io.memflow.os.windows.synthetic;

/**
 * What an entry of a synthetic page table allows, as the bits Windows writes: those of the processor (Intel SDM volume 3A,
 * chapter 4), and bit 11, {@code MMPTE_HARDWARE.Write}, in entries of pages that may be written.
 */
enum PageAccess {
    KERNEL_CODE(0x121, false),
    KERNEL_READ(0x121, true),
    KERNEL_WRITE(0x963, true),
    USER_CODE(0x25, false),
    USER_READ(0x25, true),
    USER_WRITE(0x867, true);

    /** Bit 7 of a directory's entry: it maps a large page itself. */
    static final long LARGE = 0x80;
    /** Present, writable, accessed and dirty: an entry that names a table of the kernel's half. */
    static final long KERNEL_TABLE = 0x63;
    /** The same for the lower half, user mode allowed. */
    static final long USER_TABLE = 0x67;

    static final long NO_EXECUTE = 1L << 63;

    private static final long WRITABLE = 2;
    private static final long USER = 4;

    private final long bits;
    private final boolean isData;

    PageAccess(long bits, boolean isData) {
        this.bits = bits;
        this.isData = isData;
    }

    /** The bits of x86 entries but the one against execution. */
    long x86() {
        return bits;
    }

    /** Whether nothing may be executed there. */
    boolean isData() {
        return isData;
    }

    boolean isUser() {
        return (bits & USER) != 0;
    }

    boolean isWritable() {
        return (bits & WRITABLE) != 0;
    }
}
