package io.memflow.fuzz.target;

import io.memflow.core.memory.ScalarLayout;
import io.memflow.formats.elf.ElfCore;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The notes of a core file, QEMU's among them: the input is a note segment behind headers that are in order. */
public final class NotesTarget implements FuzzTarget {
    private static final int HEADERS = 64 + 56;

    @Override
    public void use(byte[] input) {
        MemorySegment file = MemorySegment.ofArray(new byte[HEADERS + input.length]);
        file.set(ScalarLayout.INT_LITTLE, 0, 0x464C_457F);
        file.set(ValueLayout.JAVA_BYTE, 4, (byte) 2);
        file.set(ValueLayout.JAVA_BYTE, 5, (byte) 1);
        file.set(ValueLayout.JAVA_BYTE, 6, (byte) 1);
        // A core file of an x86-64 machine.
        file.set(ScalarLayout.INT_LITTLE, 16, 4 | ElfCore.EM_X86_64 << Short.SIZE);
        file.set(ScalarLayout.LONG_LITTLE, 32, 64);
        // One program header of 56 bytes.
        file.set(ScalarLayout.INT_LITTLE, 54, 56 | 1 << Short.SIZE);
        file.set(ScalarLayout.INT_LITTLE, 64, 4);
        file.set(ScalarLayout.LONG_LITTLE, 64 + 8, HEADERS);
        file.set(ScalarLayout.LONG_LITTLE, 64 + 32, input.length);
        MemorySegment.copy(MemorySegment.ofArray(input), 0, file, HEADERS, input.length);
        ElfCoreTarget.look(file, ElfCore.parse(file));
    }
}
