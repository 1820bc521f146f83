package io.memflow.fuzz.target;

import io.memflow.core.memory.MemoryView;
import io.memflow.formats.minidump.Minidump;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;

/** A minidump: every stream, and the memory it says it has. */
public final class MinidumpTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        Minidump dump = Minidump.parse(MemorySegment.ofArray(input));
        dump.streams().forEach(Answers::take);
        Attempts.allow(() -> dump.modules().forEach(Answers::take));
        Attempts.allow(() -> dump.threads().forEach(Answers::take));
        Attempts.allow(() -> dump.system().ifPresent(Answers::take));
        Attempts.allow(() -> dump.exception().ifPresent(Answers::take));
        Attempts.allow(() -> dump.regions().forEach(Answers::take));
        Attempts.allow(() -> Answers.take(dump.processId()));
        Attempts.allow(() -> Answers.take(dump.processStart()));
        Attempts.allow(() -> Answers.take(dump.threadNames()));
        Attempts.allow(() -> dump.unloadedModules().forEach(Answers::take));
        MemoryView memory = dump.memory();
        dump.blocks().forEach(block -> Attempts.allow(() -> memory.readUnsigned(block.address(), Long.BYTES)));
    }
}
