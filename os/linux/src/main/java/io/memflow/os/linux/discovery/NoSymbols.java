package io.memflow.os.linux.discovery;

import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The symbols of a kernel whose table is damaged: none. Immutable.
 *
 * @param why what is wrong with the table, a sentence
 */
record NoSymbols(String why) implements SymbolTable {
    @Override
    public int size() {
        return 0;
    }

    @Override
    public OptionalLong address(String name) {
        return OptionalLong.empty();
    }

    @Override
    public Optional<Symbol> nearest(long address) {
        return Optional.empty();
    }

    @Override
    public List<String> defects() {
        return List.of(why);
    }

    @Override
    public void forEach(Consumer<? super Symbol> consumer) {
        // There are none.
    }
}
