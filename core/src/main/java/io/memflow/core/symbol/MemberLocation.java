package io.memflow.core.symbol;

/**
 * Where a member lies in its outermost structure.
 *
 * @param bitOffset offset from the start of the structure, in bits
 * @param bitSize width of a bit-field in bits; 0 for an ordinary member
 * @param byteSize size of the member's type in bytes; for a bit-field that of its declared type
 */
public record MemberLocation(long bitOffset, int bitSize, long byteSize) {
    /** Offset from the start of the structure in bytes, rounded down for a bit-field. */
    public long offset() {
        return bitOffset >>> 3;
    }
}
