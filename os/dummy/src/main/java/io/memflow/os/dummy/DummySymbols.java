package io.memflow.os.dummy;

import io.memflow.core.address.Address;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.synthetic.MachineTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The names of a made-up machine: its table, both ends of the kernel's image, and the start of each module. Immutable.
 *
 * @param symbols in the order of their addresses
 */
record DummySymbols(List<Symbol> symbols) implements SymbolTable {
    static DummySymbols of(MachineTable table) {
        List<Symbol> symbols = new ArrayList<>();
        symbols.add(new Symbol("machine_table", table.tableAddress(), 'D', ""));
        symbols.add(new Symbol("_text", table.kernelBase(), 'T', ""));
        symbols.add(new Symbol("_end", table.kernelBase() + table.kernelSize(), 'T', ""));
        for (MachineTable.ModuleRow module : table.modules()) {
            symbols.add(new Symbol("init_module", module.base(), 't', module.name()));
        }
        symbols.sort((a, b) -> Long.compareUnsigned(a.address(), b.address()));
        return new DummySymbols(symbols);
    }

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
        return symbols.stream()
                .filter(symbol -> !Address.below(address, symbol.address()))
                .reduce((_, later) -> later);
    }

    @Override
    public void forEach(Consumer<? super Symbol> consumer) {
        symbols.forEach(consumer);
    }
}
