package io.memflow.fuzz.target;

import io.memflow.formats.btf.Btf;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;

/** BTF of which only the header has to be intact: what is left of it, and what that says. */
public final class DamagedBtfTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        Btf btf = Btf.parseDamaged(MemorySegment.ofArray(input));
        TypeQuestions.ask(btf);
        btf.absence("struct s", "a").ifPresent(Answers::take);
    }
}
