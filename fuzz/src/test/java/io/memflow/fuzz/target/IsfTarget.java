package io.memflow.fuzz.target;

import io.memflow.formats.isf.Isf;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;

/** Types and symbols in Volatility's JSON. */
public final class IsfTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        MemorySegment file = MemorySegment.ofArray(input);
        Isf.isJson(file);
        Isf isf = Isf.parse(file);
        TypeQuestions.ask(isf.types());
        TypeQuestions.ask(isf.symbols());
        isf.banner().ifPresent(Answers::take);
    }
}
