package io.memflow.core.address;

/**
 * A run of addresses, physical or virtual as its owner says.
 *
 * @param start first address
 * @param length bytes, unsigned; 0 is an empty range
 */
public record AddressRange(long start, long length) {
    public AddressRange {
        if (Address.overflows(start, length)) {
            throw new IllegalArgumentException(
                    "range at " + Address.format(start) + " of " + length + " bytes ends beyond the address space");
        }
    }

    /** Address after the last byte; 0 for a range that ends at 2^64. */
    public long end() {
        return start + length;
    }

    public boolean contains(long address) {
        return Address.below(address - start, length);
    }

    @Override
    public String toString() {
        return Address.format(start) + "-" + Address.format(end());
    }
}
