package io.memflow.core.symbol;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Names and addresses of one target. Implementations are immutable. */
public interface SymbolTable {
    /** How many symbols the table holds. */
    int size();

    /** The address of the first symbol of that name in table order. Names need not be unique. */
    OptionalLong address(String name);

    /** The symbol with the highest address not above {@code address} (unsigned). */
    Optional<Symbol> nearest(long address);

    /** Sentences on symbols that are known to exist but could not be read. Empty when there are none. */
    default List<String> defects() {
        return List.of();
    }

    /** Gives every symbol to the consumer, in table order. */
    void forEach(Consumer<? super Symbol> consumer);
}
