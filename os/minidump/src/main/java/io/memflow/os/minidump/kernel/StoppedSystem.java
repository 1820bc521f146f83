package io.memflow.os.minidump.kernel;

import io.memflow.formats.crashdump.CrashHeader;
import io.memflow.formats.crashdump.TriageDump;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What a triage dump has of the kernel's structures.
 *
 * @param objects copies of a process and a thread
 * @param members where members of them lie
 */
record StoppedSystem(StoppedObjects objects, MemberChoice members) {
    static StoppedSystem of(MemorySegment file, TriageDump triage, CrashHeader header) {
        Optional<PublishedMembers> published =
                PublishedMembers.of(new DumpMachine(header).table(), header.build(), triage.debuggerOffsets());
        StoppedObjects objects = new StoppedObjects(file, triage, header, published);
        return new StoppedSystem(objects, MemberChoice.of(header, triage.debuggerOffsets(), published, objects));
    }
}
