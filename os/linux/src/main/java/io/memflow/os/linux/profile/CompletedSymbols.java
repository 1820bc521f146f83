package io.memflow.os.linux.profile;

import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The symbols a kernel carries, completed by those of a file that was found to be of that kernel. Immutable.
 *
 * @param own what the kernel carries; counts where both know a name
 * @param imported the file's, by the addresses they have in this memory
 * @param added how many names only the file has
 */
record CompletedSymbols(SymbolTable own, SymbolTable imported, int added) implements SymbolTable {
    static CompletedSymbols of(SymbolTable own, SymbolTable imported) {
        int[] added = {0};
        imported.forEach(symbol -> added[0] += own.address(symbol.name()).isEmpty() ? 1 : 0);
        return new CompletedSymbols(own, imported, added[0]);
    }

    @Override
    public int size() {
        return own.size() + added;
    }

    @Override
    public OptionalLong address(String name) {
        OptionalLong address = own.address(name);
        return address.isPresent() ? address : imported.address(name);
    }

    @Override
    public Optional<Symbol> nearest(long address) {
        Optional<Symbol> known = own.nearest(address);
        Optional<Symbol> other = imported.nearest(address);
        boolean isCloser = known.isEmpty()
                || (other.isPresent()
                        && Long.compareUnsigned(
                                        other.get().address(), known.get().address())
                                > 0);
        return isCloser ? other : known;
    }

    /** {@inheritDoc} What the kernel's own table lacks is in the file's. */
    @Override
    public List<String> defects() {
        return imported.size() > own.size() ? imported.defects() : own.defects();
    }

    @Override
    public void forEach(Consumer<? super Symbol> consumer) {
        own.forEach(consumer);
        imported.forEach(symbol -> {
            if (own.address(symbol.name()).isEmpty()) {
                consumer.accept(symbol);
            }
        });
    }
}
