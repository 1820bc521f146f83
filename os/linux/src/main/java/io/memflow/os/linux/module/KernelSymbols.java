package io.memflow.os.linux.module;

import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Symbols of the kernel followed by those of the modules loaded when this was made. The modules' are read when first
 * needed. Thread-safe.
 */
public final class KernelSymbols implements SymbolTable {
    private final Kernel kernel;
    private ModuleSymbols.Found found;
    private boolean read;

    public KernelSymbols(Kernel kernel) {
        this.kernel = kernel;
        this.found = new ModuleSymbols.Found(List.of(), List.of());
    }

    @Override
    public int size() {
        return kernel.symbols().size() + ofModules().symbols().size();
    }

    @Override
    public OptionalLong address(String name) {
        OptionalLong address = kernel.symbols().address(name);
        if (address.isPresent()) {
            return address;
        }
        return ofModules().symbols().stream()
                .filter(symbol -> symbol.name().equals(name))
                .mapToLong(Symbol::address)
                .findFirst();
    }

    @Override
    public Optional<Symbol> nearest(long address) {
        Optional<Symbol> nearest = kernel.symbols().nearest(address);
        for (Symbol symbol : ofModules().symbols()) {
            boolean below = Long.compareUnsigned(symbol.address(), address) <= 0;
            if (below
                    && (nearest.isEmpty()
                            || Long.compareUnsigned(
                                            symbol.address(), nearest.get().address())
                                    > 0)) {
                nearest = Optional.of(symbol);
            }
        }
        return nearest;
    }

    @Override
    public List<String> defects() {
        List<String> defects = new ArrayList<>(kernel.symbols().defects());
        defects.addAll(ofModules().defects());
        return defects;
    }

    @Override
    public void forEach(Consumer<? super Symbol> consumer) {
        kernel.symbols().forEach(consumer);
        ofModules().symbols().forEach(consumer);
    }

    private synchronized ModuleSymbols.Found ofModules() {
        if (!read) {
            found = readModules();
            read = true;
        }
        return found;
    }

    private ModuleSymbols.Found readModules() {
        try {
            return new ModuleSymbols(kernel).read(new Modules(kernel).modules());
        } catch (MemflowException unknownPlace) {
            return new ModuleSymbols.Found(
                    List.of(), List.of("Modules: their symbols are not listed: " + unknownPlace.getMessage()));
        }
    }
}
