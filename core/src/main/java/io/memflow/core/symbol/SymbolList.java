package io.memflow.core.symbol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A table of symbols that were read one by one, in the order they came. Immutable. */
public final class SymbolList implements SymbolTable {
    private static final int NONE = -1;

    private final List<Symbol> symbols;
    private final List<String> defects;
    /** The first symbol of each bucket of names, and the next one of the same bucket. */
    private final int[] first;

    private final int[] next;
    /** Places in the table by ascending address, those of equal address in table order. */
    private final int[] ascending;

    private SymbolList(List<Symbol> symbols, List<String> defects) {
        this.symbols = List.copyOf(symbols);
        this.defects = List.copyOf(defects);
        next = new int[this.symbols.size()];
        first = new int[Math.max(1, Integer.highestOneBit(next.length) << 1)];
        Arrays.fill(first, NONE);
        for (int i = next.length - 1; i >= 0; i--) {
            int bucket = bucket(this.symbols.get(i).name());
            next[i] = first[bucket];
            first[bucket] = i;
        }
        ascending = IntStream.range(0, next.length)
                .boxed()
                .sorted((left, right) -> Long.compareUnsigned(addressAt(left), addressAt(right)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** A table of these symbols. */
    public static SymbolList of(List<Symbol> symbols) {
        return new SymbolList(symbols, List.of());
    }

    /** The same with sentences on symbols that are known to exist but could not be read. */
    public SymbolList withDefects(List<String> sentences) {
        return new SymbolList(symbols, sentences);
    }

    private int bucket(String name) {
        int hash = name.hashCode();
        return (hash ^ (hash >>> 16)) & (first.length - 1);
    }

    private long addressAt(int place) {
        return symbols.get(place).address();
    }

    /** All symbols of that name, in table order. */
    public List<Symbol> all(String name) {
        List<Symbol> found = new ArrayList<>();
        for (int i = first[bucket(name)]; i != NONE; i = next[i]) {
            if (symbols.get(i).name().equals(name)) {
                found.add(symbols.get(i));
            }
        }
        return found;
    }

    @Override
    public int size() {
        return symbols.size();
    }

    @Override
    public OptionalLong address(String name) {
        for (int i = first[bucket(name)]; i != NONE; i = next[i]) {
            if (symbols.get(i).name().equals(name)) {
                return OptionalLong.of(addressAt(i));
            }
        }
        return OptionalLong.empty();
    }

    /** {@inheritDoc} Of several symbols at that address it is the first in table order. */
    @Override
    public Optional<Symbol> nearest(long address) {
        int above = firstAbove(address);
        if (above == 0) {
            return Optional.empty();
        }
        long found = addressAt(ascending[above - 1]);
        return Optional.of(symbols.get(ascending[found == 0 ? 0 : firstAbove(found - 1)]));
    }

    private int firstAbove(long address) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(addressAt(ascending[middle]), address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public List<String> defects() {
        return defects;
    }

    @Override
    public void forEach(Consumer<? super Symbol> consumer) {
        symbols.forEach(consumer);
    }
}
