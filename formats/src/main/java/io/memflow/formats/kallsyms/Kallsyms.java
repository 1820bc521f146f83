package io.memflow.formats.kallsyms;

import io.memflow.core.error.ErrorKind;
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
    private final NameTable names;
    private final NameIndex index;
    private final AddressTable addresses;
    private final TableOrder tableOrder;
    private final int markerBytes;
    private final int markerCount;
    private final long imageAddress;
    private final long tokensOffset;
    /** Built when first asked for; threads that race build the same. */
    private volatile @Nullable AddressOrder ascending;

    Kallsyms(
            KernelImage image,
            TokenTable tokens,
            Markers markers,
            NameTable names,
            NameIndex index,
            AddressTable addresses) {
        this.names = names;
        this.index = index;
        this.addresses = addresses;
        tableOrder = order(tokens, markers, addresses);
        markerBytes = markers.bytesPerMarker();
        markerCount = markers.count();
        // The image itself is not kept: its memory may go away.
        imageAddress = image.virtualAddress();
        tokensOffset = tokens.offset();
    }

    private static TableOrder order(TokenTable tokens, Markers markers, AddressTable addresses) {
        if (addresses.offset() > tokens.offset()) {
            return TableOrder.ADDRESSES_LAST;
        }
        return markers.sequenced() ? TableOrder.ADDRESSES_FIRST_WITH_SEQUENCE : TableOrder.ADDRESSES_FIRST;
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
        return new KallsymsSearch(new KernelImage(image, imageVirtualAddress, pointerBytes)).run();
    }

    /** The layout that was recognised, for diagnostics. */
    public KallsymsLayout layout() {
        List<String> evidence = new ArrayList<>();
        evidence.add("the token index equals the places of all 256 tokens");
        evidence.add("all %d markers agree with the %d names".formatted(markerCount, names.size()));
        evidence.addAll(addresses.evidence(index));
        return new KallsymsLayout(
                tableOrder,
                addresses.encoding(),
                markerBytes,
                addresses.base(),
                imageAddress + names.offset(),
                imageAddress + addresses.offset(),
                imageAddress + tokensOffset,
                evidence);
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
        AddressOrder known = ascending;
        if (known == null) {
            known = new AddressOrder(addresses);
            ascending = known;
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
