package io.memflow.cli.fake;

import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Symbols given as a list. */
record FakeSymbols(List<Symbol> symbols) implements SymbolTable {
    @Override
    public int size() {
        return symbols.size();
    }

    @Override
    public OptionalLong address(String name) {
        return symbols.stream()
                .filter(symbol -> symbol.name().equals(name))
                .mapToLong(Symbol::address)
                .findFirst();
    }

    @Override
    public Optional<Symbol> nearest(long address) {
        return Optional.empty();
    }

    @Override
    public void forEach(Consumer<? super Symbol> consumer) {
        symbols.forEach(consumer);
    }
}
