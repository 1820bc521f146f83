package io.memflow.os.windows.symbol;

import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The symbols of a kernel's file by the names its source uses, too: those of 32-bit kernels are decorated there, as
 * {@code _PsActiveProcessHead} and {@code _NtClose@4} ("Decorated Names", Microsoft C++). Listed are the names of the file.
 * Immutable.
 *
 * @param file of the symbol file
 * @param exports of the image, under plain names
 */
public record KernelSymbols(SymbolTable file, SymbolTable exports) implements SymbolTable {
    @Override
    public int size() {
        return file.size();
    }

    @Override
    public OptionalLong address(String name) {
        OptionalLong exact = file.address(name);
        if (exact.isPresent()) {
            return exact;
        }
        OptionalLong decorated = file.address("_" + name);
        // How many bytes a function's arguments take is part of its decorated name; those worth naming are exported.
        return decorated.isPresent() ? decorated : exports.address(name);
    }

    @Override
    public Optional<Symbol> nearest(long address) {
        return file.nearest(address);
    }

    @Override
    public List<String> defects() {
        return file.defects();
    }

    @Override
    public void forEach(Consumer<? super Symbol> consumer) {
        file.forEach(consumer);
    }
}
