package io.memflow.formats.kallsyms;

import java.util.Arrays;

/** Finds symbols by name through chains of equal hash buckets, each in table order. Immutable. */
final class NameIndex {
    private static final int NONE = -1;

    private final NameTable names;
    private final int[] first;
    private final int[] next;

    /**
     * @param hashes of all names, as {@link String#hashCode} defines them
     */
    NameIndex(NameTable names, int[] hashes) {
        this.names = names;
        next = new int[hashes.length];
        first = new int[Integer.highestOneBit(hashes.length) << 1];
        Arrays.fill(first, NONE);
        for (int symbol = hashes.length - 1; symbol >= 0; symbol--) {
            int bucket = bucket(hashes[symbol]);
            next[symbol] = first[bucket];
            first[bucket] = symbol;
        }
    }

    private int bucket(int hash) {
        return (hash ^ (hash >>> 16)) & (first.length - 1);
    }

    /** The first symbol of that name in table order, or -1. */
    int find(String name) {
        int symbol = first[bucket(name.hashCode())];
        while (symbol != NONE && !names.hasName(symbol, name)) {
            symbol = next[symbol];
        }
        return symbol;
    }
}
