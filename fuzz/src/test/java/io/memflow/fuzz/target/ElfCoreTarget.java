package io.memflow.fuzz.target;

import io.memflow.formats.elf.ElfCore;
import io.memflow.formats.elf.ElfNote;
import io.memflow.formats.elf.LoadSegment;
import io.memflow.formats.elf.QemuCpuState;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;

/** An ELF core file: its headers and notes, and that what it says it holds is there. */
public final class ElfCoreTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        MemorySegment file = MemorySegment.ofArray(input);
        look(file, ElfCore.parse(file));
    }

    static void look(MemorySegment file, ElfCore core) {
        for (LoadSegment segment : core.segments()) {
            if (segment.fileSize() != 0) {
                file.asSlice(segment.fileOffset(), segment.fileSize());
            }
        }
        for (ElfNote note : core.notes()) {
            note.descriptor().asSlice(note.descriptor().byteSize());
        }
        core.processors().forEach(QemuCpuState::cr3);
        core.vmcoreInfo().ifPresent(Answers::take);
        core.truncated().forEach(Answers::take);
    }
}
