package io.memflow.formats.kallsyms;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A Linux kernel's own symbol table, found in the bytes of its image by structure alone: little-endian kernels from 4.18
 * to 7.x, 32-bit and 64-bit. The table is copied, names stay compressed, and strings are made only for symbols that are
 * handed out. Immutable and thread-safe.
 */
public final class Kallsyms implements SymbolTable {
    /** Real images hold a handful of runs of digits; more is an image made to waste time. */
    private static final int MAX_ANCHORS = 4096;

    private static final int MAX_TOKEN_TABLES = 16;

    private final NameTable names;
    private final NameIndex index;
    private final AddressTable addresses;
    private final KallsymsLayout layout;
    /** Built when first asked for; threads that race build the same. */
    private volatile @Nullable AddressOrder order;

    private Kallsyms(NameTable names, NameIndex index, AddressTable addresses, KallsymsLayout layout) {
        this.names = names;
        this.index = index;
        this.addresses = addresses;
        this.layout = layout;
    }

    /**
     * Searches a kernel image. Costs one pass over the image up to the table, and memory in proportion to the table.
     *
     * @param image the kernel image, virtually contiguous; only read during this call
     * @param imageVirtualAddress virtual address of its first byte, a multiple of 8; zero-extended for 32-bit kernels
     * @param pointerBytes 4 or 8
     * @throws MemflowException of kind {@link ErrorKind#NOT_FOUND} when no table proves itself; the message says how far
     *     the search came
     * @throws IllegalArgumentException for another pointer width or an unaligned address
     */
    public static Kallsyms find(MemorySegment image, long imageVirtualAddress, int pointerBytes) {
        KernelImage kernel = new KernelImage(image, imageVirtualAddress, pointerBytes);
        TokenAnchors anchors = new TokenAnchors(kernel);
        String furthest = "no token table was there";
        int tables = 0;
        int seen = 0;
        for (long anchor = anchors.next(); anchor >= 0; anchor = anchors.next()) {
            if (++seen > MAX_ANCHORS || tables == MAX_TOKEN_TABLES) {
                break;
            }
            Optional<TokenTable> tokens = TokenTable.at(kernel, anchor);
            if (tokens.isPresent()) {
                tables++;
                Attempt attempt = attempt(kernel, tokens.get());
                if (attempt.table() != null) {
                    return attempt.table();
                }
                furthest = attempt.obstacle();
            }
        }
        throw new MemflowException(
                ErrorOrigin.FORMAT,
                ErrorKind.NOT_FOUND,
                "Searched %d KiB from 0x%x on for the kernel's symbol table: %d runs of digits and %d token tables, but %s; check that this range is the whole image of a Linux kernel built with CONFIG_KALLSYMS."
                        .formatted(kernel.size() >> 10, imageVirtualAddress, seen, tables, furthest));
    }

    /** What became of one token table: the symbol table, or what was missing. */
    private record Attempt(@Nullable Kallsyms table, String obstacle) {
        static Attempt failed(String obstacle) {
            return new Attempt(null, obstacle);
        }
    }

    private static Attempt attempt(KernelImage image, TokenTable tokens) {
        Attempt result =
                Attempt.failed("no name markers precede the one at 0x%x".formatted(image.addressOf(tokens.offset())));
        for (int window : Markers.WINDOWS) {
            for (Markers markers : Markers.before(image, tokens.offset(), window)) {
                result = attempt(image, tokens, markers);
                if (result.table() != null) {
                    return result;
                }
            }
        }
        return result;
    }

    private static Attempt attempt(KernelImage image, TokenTable tokens, Markers markers) {
        Optional<NameTable> names = NameTable.before(image, tokens, markers);
        if (names.isEmpty()) {
            return Attempt.failed("no names agree with the %d markers at 0x%x"
                    .formatted(markers.count(), image.addressOf(markers.offset())));
        }
        return attempt(image, tokens, markers, names.get());
    }

    private static Attempt attempt(KernelImage image, TokenTable tokens, Markers markers, NameTable names) {
        Optional<NameIndex> index = NameIndex.of(names);
        if (index.isEmpty()) {
            return Attempt.failed("the names at 0x%x are empty or too long".formatted(image.addressOf(names.offset())));
        }
        AddressTable addresses = AddressTable.find(image, tokens, names, index.get());
        if (addresses == null) {
            return Attempt.failed(
                    "no addresses fit the %d names at 0x%x".formatted(names.size(), image.addressOf(names.offset())));
        }
        KallsymsLayout layout = layout(image, tokens, markers, names, addresses);
        return new Attempt(new Kallsyms(names, index.get(), addresses, layout), "");
    }

    private static KallsymsLayout layout(
            KernelImage image, TokenTable tokens, Markers markers, NameTable names, AddressTable addresses) {
        List<String> evidence = new ArrayList<>();
        evidence.add("the token index equals the places of all 256 tokens");
        evidence.add("all %d markers agree with the %d names".formatted(markers.count(), names.size()));
        evidence.addAll(addresses.evidence());
        TableOrder order = addresses.offset() > tokens.offset()
                ? TableOrder.ADDRESSES_LAST
                : markers.sequenced() ? TableOrder.ADDRESSES_FIRST_WITH_SEQUENCE : TableOrder.ADDRESSES_FIRST;
        return new KallsymsLayout(
                order,
                addresses.encoding(),
                markers.bytesPerMarker(),
                addresses.base(),
                image.addressOf(names.offset()),
                image.addressOf(addresses.offset()),
                image.addressOf(tokens.offset()),
                evidence);
    }

    /** The layout that was recognised, for diagnostics. */
    public KallsymsLayout layout() {
        return layout;
    }

    @Override
    public int size() {
        return names.size();
    }

    @Override
    public OptionalLong address(String name) {
        int symbol = index.find(name);
        return symbol < 0 ? OptionalLong.empty() : OptionalLong.of(addresses.value(symbol));
    }

    /** {@inheritDoc} Of several symbols at that address it is the first in table order, which the kernel prints too. */
    @Override
    public Optional<Symbol> nearest(long address) {
        AddressOrder known = order;
        if (known == null) {
            known = new AddressOrder(addresses);
            order = known;
        }
        int symbol = known.nearest(address);
        return symbol < 0 ? Optional.empty() : Optional.of(symbol(symbol));
    }

    @Override
    public void forEach(Consumer<? super Symbol> consumer) {
        for (int symbol = 0; symbol < names.size(); symbol++) {
            consumer.accept(symbol(symbol));
        }
    }

    private Symbol symbol(int symbol) {
        return new Symbol(names.name(symbol), addresses.value(symbol), names.type(symbol), "");
    }
}
