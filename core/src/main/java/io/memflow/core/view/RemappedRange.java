package io.memflow.core.view;

import io.memflow.core.address.Address;

/**
 * A run of addresses and where its bytes really lie.
 *
 * @param base first address of the run
 * @param length bytes, unsigned
 * @param realBase address in the source of the run's first byte
 */
public record RemappedRange(long base, long length, long realBase) {
    @Override
    public String toString() {
        return "%s-%s at %s".formatted(Address.format(base), Address.format(base + length), Address.format(realBase));
    }
}
