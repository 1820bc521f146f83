package io.memflow.fuzz.target;

import io.memflow.core.symbol.TypeReference;
import io.memflow.formats.pdb.PdbFile;
import io.memflow.formats.pdb.PdbTypes;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;

/** A program database: its types by name and a few by number, its symbols. */
public final class PdbTarget implements FuzzTarget {
    /** Descriptions cost what they say, for each type that is asked for: a few show what all would. */
    private static final int DESCRIBED = 16;

    private static final long BASE = 0x1_4000_0000L;

    @Override
    public void use(byte[] input) {
        PdbFile file = PdbFile.parse(MemorySegment.ofArray(input));
        Answers.take(file.storeKey());
        Attempts.allow(() -> file.sections().forEach(Answers::take));
        Attempts.allow(() -> TypeQuestions.ask(file.symbols(BASE)));
        PdbTypes types = file.types();
        TypeQuestions.ask(types);
        int count = types.endIndex() - types.firstIndex();
        int step = Math.max(1, count / DESCRIBED);
        for (int index = types.firstIndex(); index < types.endIndex(); index += step) {
            TypeReference reference = types.reference(index);
            Attempts.allow(reference::name);
            Attempts.allow(reference::shape);
        }
    }
}
