package io.memflow.fuzz.target;

import io.memflow.formats.kallsyms.PartialKallsyms;
import io.memflow.fuzz.FuzzTarget;

/** A kernel image with a damaged symbol table: the search for what is left of it, then all symbols. */
public final class PartialKallsymsTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        InputImage image = InputImage.of(input);
        PartialKallsyms table = PartialKallsyms.find(image.bytes(), image.address(), image.pointerBytes());
        table.defects().forEach(Answers::take);
        TypeQuestions.ask(table);
        table.nearest(image.address());
    }
}
