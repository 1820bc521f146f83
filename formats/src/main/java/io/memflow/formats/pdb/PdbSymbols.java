package io.memflow.formats.pdb;

import io.memflow.core.address.Address;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The symbols of a program database for an image at one address: first the public ones, then global data and functions that
 * have no public symbol of their name there. Keeps some 20 bytes for each, and reads names from the file when they are asked
 * for. Names are as the file has them: those of 32-bit and C++ programs are decorated. Letters are those of nm(1): {@code T}
 * for code, {@code D} for data, small ones for what is local to a source file. Immutable.
 */
final class PdbSymbols implements SymbolTable {
    private static final int NONE = -1;

    private final PlacedSymbols placed;
    private final long base;
    private final List<String> defects;
    /** The first symbol of each bucket of names, and the next one of the same bucket. */
    private final int[] first;

    private final int[] next;
    /** Places in the table by ascending address, those of equal address in table order. */
    private final int[] ascending;

    PdbSymbols(PlacedSymbols placed, long base, List<String> defects) {
        this.placed = placed;
        this.base = base;
        this.defects = List.copyOf(defects);
        int count = placed.size();
        first = new int[Math.max(1, Integer.highestOneBit(count) << 1)];
        next = new int[count];
        Arrays.fill(first, NONE);
        for (int i = count - 1; i >= 0; i--) {
            int bucket = placed.hash(i) & first.length - 1;
            next[i] = first[bucket];
            first[bucket] = i;
        }
        ascending = placed.ascending();
    }

    @Override
    public int size() {
        return placed.size();
    }

    @Override
    public OptionalLong address(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        for (int i = first[MsfStream.hash(wanted) & first.length - 1]; i != NONE; i = next[i]) {
            if (placed.isNamed(i, wanted)) {
                return OptionalLong.of(base + placed.address(i));
            }
        }
        return OptionalLong.empty();
    }

    @Override
    public Optional<Symbol> nearest(long address) {
        long relative = address - base;
        if (Address.below(address, base) || ascending.length == 0) {
            return Optional.empty();
        }
        int above = firstAbove(relative);
        if (above == 0) {
            return Optional.empty();
        }
        long found = placed.address(ascending[above - 1]);
        return Optional.of(symbol(ascending[found == 0 ? 0 : firstAbove(found - 1)]));
    }

    private int firstAbove(long relative) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (placed.address(ascending[middle]) <= relative) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Symbol symbol(int index) {
        return new Symbol(placed.name(index), base + placed.address(index), placed.letter(index), "");
    }

    @Override
    public List<String> defects() {
        return defects;
    }

    @Override
    public void forEach(Consumer<? super Symbol> consumer) {
        for (int i = 0; i < placed.size(); i++) {
            consumer.accept(symbol(i));
        }
    }
}
