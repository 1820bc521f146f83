package io.memflow.fuzz.target;

import io.memflow.formats.kallsyms.Kallsyms;
import io.memflow.fuzz.FuzzTarget;

/** A kernel image, whose first byte says how wide its pointers are: the search for the symbol table, then all symbols. */
public final class KallsymsTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        InputImage image = InputImage.of(input);
        Kallsyms table = Kallsyms.find(image.bytes(), image.address(), image.pointerBytes());
        table.layout().evidence().forEach(Answers::take);
        TypeQuestions.ask(table);
        for (String name : new String[] {"_text", "_etext", "symbol_1", ""}) {
            table.address(name).ifPresent(table::nearest);
        }
        table.nearest(image.address());
    }
}
