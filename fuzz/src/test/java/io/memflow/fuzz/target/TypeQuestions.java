package io.memflow.fuzz.target;

import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import io.memflow.core.symbol.TypeTable;
import java.util.List;

/** What is asked of types and symbols that came from a file. Stateless. */
final class TypeQuestions {
    private static final int DEEPEST = 16;
    private static final List<String> NAMES = List.of(
            "outer",
            "struct outer",
            "u",
            "states",
            "count_t",
            "int",
            "",
            "s",
            "struct s",
            "union u",
            "enum e",
            "t",
            "long");

    private TypeQuestions() {}

    static void ask(TypeTable types) {
        for (String name : NAMES) {
            Attempts.allow(() -> types.size(name));
            Attempts.allow(() -> types.member(name, "a"));
            Attempts.allow(() -> types.member(name, "count.counter"));
            Attempts.allow(() -> types.member(name, "b.c.d"));
            Attempts.allow(() -> types.origin(name, "a"));
            Attempts.allow(() -> types.enumerator(name, "ON"));
            Attempts.allow(() -> types.enumerator(name, "A"));
            Attempts.allow(() -> types.reference(name).ifPresent(TypeQuestions::follow));
        }
    }

    private static void follow(TypeReference start) {
        TypeReference reference = start;
        for (int depth = 0; depth < DEEPEST; depth++) {
            reference.name();
            switch (reference.shape()) {
                case TypeShape.Pointer pointer -> reference = pointer.target();
                case TypeShape.Array array -> reference = array.element();
                case TypeShape.Structure structure
                when !structure.members().isEmpty() ->
                    reference = structure.members().getLast().type();
                default -> {
                    return;
                }
            }
        }
    }

    static void ask(SymbolTable symbols) {
        long[] characters = {0};
        symbols.forEach(symbol -> characters[0] += symbol.name().length());
        symbols.address("init_task").ifPresent(symbols::nearest);
        symbols.nearest(-1);
        symbols.nearest(0);
    }
}
