package io.memflow.fuzz.target;

import io.memflow.formats.systemmap.SystemMap;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;

/** A System.map. */
public final class SystemMapTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        MemorySegment file = MemorySegment.ofArray(input);
        SystemMap.isSystemMap(file);
        TypeQuestions.ask(SystemMap.parse(file));
    }
}
