package io.memflow.formats.kallsyms;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a kernel's symbol table some pages of which were overwritten. Names are decoded block by block, each
 * proven by the marker that it must lead to; addresses page by page, each proven by its order. A symbol is given when
 * every page its name and its address lie on is proven; what chance would write does not pass that. The others are absent,
 * and {@link #defects} says how many and where. Immutable and thread-safe.
 *
 * <p>Not decoded is a table whose tokens or markers are damaged themselves: without the ones no name can be told, and
 * without the others no damaged name can be passed.
 */
public final class PartialKallsyms implements SymbolTable {
    /** More ranges than these tell a reader nothing. */
    private static final int MOST_RANGES = 8;

    /** Type and name of each symbol in table order; null where it is lost. */
    private final @Nullable String[] typedNames;

    private final long[] addresses;
    /** Whether the page an address is stored on is proven. */
    private final boolean[] known;

    /** The symbols whose addresses are known, ascending. */
    private final int[] ranked;

    private final Map<String, Integer> index = new HashMap<>();
    private final String defect;

    PartialKallsyms(
            KernelImage image, TokenTable tokens, NameBlocks names, AddressCandidate places, PageLedger ledger) {
        int count = names.size();
        typedNames = new @Nullable String[count];
        addresses = places.values(image, count);
        known = new boolean[count];
        LostRanges lost = new LostRanges(image);
        int width = places.width(image);
        for (int symbol = 0; symbol < count; symbol++) {
            long stored = places.offset() + (long) symbol * width;
            known[symbol] = ledger.isProven(stored, stored + width);
            Optional<String> name = names.typedName(symbol, tokens, ledger);
            if (known[symbol] && name.isPresent()) {
                typedNames[symbol] = name.get();
                index.putIfAbsent(name.get().substring(1), symbol);
            }
            lost.add(symbol, typedNames[symbol] == null, addresses[symbol], known[symbol]);
        }
        ranked = IntStream.range(0, count).filter(symbol -> known[symbol]).toArray();
        defect = "The kernel's symbol table is damaged: %d of its %d symbols are absent%s."
                .formatted(lost.symbols(), count, lost.describe(MOST_RANGES));
    }

    /**
     * Searches a kernel image for a table that {@link Kallsyms#find} refuses.
     *
     * @param image the kernel image, virtually contiguous; only read during this call
     * @param imageVirtualAddress virtual address of its first byte, a multiple of 8; zero-extended for 32-bit kernels
     * @param pointerBytes 4 or 8
     * @throws MemflowException of kind {@link ErrorKind#NOT_FOUND} when nothing of a table can be told; the message says how
     *     far the search came
     * @throws IllegalArgumentException for another pointer width or an unaligned address
     */
    public static PartialKallsyms find(MemorySegment image, long imageVirtualAddress, int pointerBytes) {
        return new PartialSearch(new KernelImage(image, imageVirtualAddress, pointerBytes)).run();
    }

    /** How many symbols are known; those that are lost are not counted. */
    @Override
    public int size() {
        return (int) Arrays.stream(typedNames).filter(name -> name != null).count();
    }

    @Override
    public OptionalLong address(String name) {
        Integer symbol = index.get(name);
        return symbol == null ? OptionalLong.empty() : OptionalLong.of(addresses[symbol]);
    }

    /** {@inheritDoc} Empty also where that symbol, or one that may lie between, is lost. */
    @Override
    public Optional<Symbol> nearest(long address) {
        int above = firstAbove(address);
        int rank = above - 1;
        if (rank < 0 || (ranked[rank] + 1 < known.length && !known[ranked[rank] + 1])) {
            return Optional.empty();
        }
        while (rank > 0 && addresses[ranked[rank - 1]] == addresses[ranked[rank]]) {
            rank--;
        }
        String name = typedNames[ranked[rank]];
        return name == null ? Optional.empty() : Optional.of(symbol(ranked[rank], name));
    }

    /** How many known addresses are not above one. */
    private int firstAbove(long address) {
        int low = 0;
        int high = ranked.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(addresses[ranked[middle]], address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public List<String> defects() {
        return List.of(defect);
    }

    @Override
    public void forEach(Consumer<? super Symbol> consumer) {
        for (int symbol = 0; symbol < typedNames.length; symbol++) {
            String name = typedNames[symbol];
            if (name != null) {
                consumer.accept(symbol(symbol, name));
            }
        }
    }

    private Symbol symbol(int symbol, String typedName) {
        return new Symbol(typedName.substring(1), addresses[symbol], typedName.charAt(0), "");
    }
}
