package io.memflow.fuzz.target;

import io.memflow.formats.dwarf.DebugFile;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;

/** An ELF file with debug information. */
public final class DwarfTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        DebugFile file = DebugFile.parse(MemorySegment.ofArray(input));
        file.types().ifPresent(TypeQuestions::ask);
        TypeQuestions.ask(file.symbols());
        file.banner().ifPresent(Answers::take);
    }
}
