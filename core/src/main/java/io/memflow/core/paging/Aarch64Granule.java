package io.memflow.core.paging;

/**
 * The translation granule of an AArch64 tree: the size of its pages and of its whole tables. Source: Arm ARM (DDI 0487),
 * section D8.2.1, "Translation granules".
 */
public enum Aarch64Granule {
    KIB4(12),
    KIB16(14),
    KIB64(16);

    private final int pageBits;

    Aarch64Granule(int pageBits) {
        this.pageBits = pageBits;
    }

    /** log2 of a page's bytes. */
    public int pageBits() {
        return pageBits;
    }

    /** Address bits that a whole table resolves: its size divided by 8-byte descriptors. */
    public int indexBits() {
        return pageBits - 3;
    }

    /** Lowest address bit that the tables of a level (3 is the last, the first may be -1) resolve. */
    int shift(int level) {
        return pageBits + indexBits() * (Aarch64Paging.LAST_LEVEL - level);
    }
}
