package io.memflow.fuzz.target;

import io.memflow.formats.crashdump.CrashDump;
import io.memflow.formats.crashdump.MemoryBlock;
import io.memflow.formats.crashdump.PhysicalRun;
import io.memflow.formats.crashdump.TriageDump;
import io.memflow.formats.crashdump.TriageObject;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;

/** A crash dump of Windows: its headers, and that what it says it holds is there. */
public final class CrashDumpTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        MemorySegment file = MemorySegment.ofArray(input);
        CrashDump dump = CrashDump.parse(file);
        Answers.take(dump.header());
        for (PhysicalRun run : dump.runs()) {
            file.asSlice(run.fileOffset(), run.bytes());
        }
        dump.triage().ifPresent(CrashDumpTarget::look);
    }

    private static void look(TriageDump triage) {
        triage.drivers().forEach(Answers::take);
        triage.unloadedDrivers().forEach(Answers::take);
        Answers.take(triage.debuggerData());
        Answers.take(triage.debuggerOffsets());
        for (TriageObject object : TriageObject.values()) {
            Answers.take(triage.object(object, 0, Long.BYTES));
        }
        for (MemoryBlock block : triage.blocks()) {
            Attempts.allow(() -> triage.memory().readUnsigned(block.address(), Long.BYTES));
        }
    }
}
