package io.memflow.core.paging;

/**
 * Bits of a page-table entry that are bits of a physical address.
 *
 * @param mask the bits in the entry
 * @param shift how far up they move to become address bits; negative moves them down
 */
public record AddressField(long mask, int shift) {
    /** Bits that already are where the address has them. */
    public static AddressField inPlace(long mask) {
        return new AddressField(mask, 0);
    }

    /** The address bits this field gives. */
    public long of(long entry) {
        return move(entry & mask);
    }

    /** All address bits this field can give. */
    public long addressMask() {
        return move(mask);
    }

    /** The entry bits that encode the address bits of this field. */
    public long encode(long address) {
        return (shift >= 0 ? address >>> shift : address << -shift) & mask;
    }

    private long move(long bits) {
        return shift >= 0 ? bits << shift : bits >>> -shift;
    }
}
