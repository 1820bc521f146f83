package io.memflow.formats.elf;

import io.memflow.formats.Corruption;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ElfCorruptionTest {
    private static byte[] good(ElfWidth width) {
        return new CoreFileBuilder()
                .width(width)
                .note("CORE", 1, new byte[336])
                .note("QEMU", 0, CoreFileBuilder.qemuState(440))
                .note("VMCOREINFO", 0, new byte[100])
                .load(0, new byte[0x800])
                .load(0x10_0000, new byte[0x800])
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void survivesTruncationAtAnyByte(ElfWidth width) {
        byte[] good = good(width);
        Corruption.truncate(good, good.length, 0, 1, ElfCorruptionTest::exercise);
    }

    @ParameterizedTest
    @EnumSource
    void survivesDamage(ElfWidth width) {
        Corruption.mutate(good(width), 20_000, 42, ElfCorruptionTest::exercise);
    }

    private static void exercise(MemorySegment file) {
        ElfCore core = ElfCore.parse(file);
        core.vmcoreInfo();
        for (LoadSegment segment : core.segments()) {
            // What the parser says the file holds must really be readable.
            if (segment.fileSize() > 0) {
                file.asSlice(segment.fileOffset(), segment.fileSize());
            }
        }
        core.notes().forEach(note -> note.descriptor().byteSize());
    }
}
