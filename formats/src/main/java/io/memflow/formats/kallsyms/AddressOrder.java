package io.memflow.formats.kallsyms;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Symbols by ascending address, those of equal address in table order. Immutable. */
final class AddressOrder {
    private final AddressTable addresses;
    /** Symbols in order; empty when the table itself is in order, as every known kernel's is. */
    private final int[] order;

    AddressOrder(AddressTable addresses) {
        this.addresses = addresses;
        order = addresses.isSorted()
                ? new int[0]
                : IntStream.range(0, addresses.size())
                        .boxed()
                        .sorted(Comparator.comparing(addresses::value, Long::compareUnsigned))
                        .mapToInt(Integer::intValue)
                        .toArray();
    }

    /** The first symbol at the highest address not above this one, or -1. */
    int nearest(long address) {
        int above = firstAbove(address);
        if (above == 0) {
            return -1;
        }
        long found = addresses.value(symbol(above - 1));
        return symbol(found == 0 ? 0 : firstAbove(found - 1));
    }

    private int firstAbove(long address) {
        int low = 0;
        int high = addresses.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(addresses.value(symbol(middle)), address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int symbol(int rank) {
        return order.length == 0 ? rank : order[rank];
    }
}
