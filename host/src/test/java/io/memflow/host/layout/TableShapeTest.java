package io.memflow.host.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.ram.HostPiece;
import io.memflow.host.ram.ResidentPages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables of other processors than x86, in 16 MiB of RAM with noise everywhere else. */
class TableShapeTest {
    private static final int RAM = 16 << 20;
    private static final long PAGE = 4096;
    private static final int FAN = 6;

    private final MemorySegment ram = MemorySegment.ofArray(new byte[RAM]);
    private final Random random = new Random(7);
    private final List<Integer> free = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"ARM64, 0x40000000, 4", "ARM64, 0x40000000, 3", "RISCV64, 0x80000000, 3", "RISCV64, 0x80000000, 4"})
    void aLayoutIsConfirmedAtItsBaseOnly(Processor processor, long base, int levels) {
        byte[] noise = new byte[RAM];
        random.nextBytes(noise);
        ram.copyFrom(MemorySegment.ofArray(noise));
        for (int page = 0; page < RAM; page += (int) PAGE) {
            free.add(page);
        }
        Collections.shuffle(free, random);
        long _ = table(processor, base, levels, levels);
        assertThat(verify(processor, base).isConfirmed())
                .as(verify(processor, base).toString())
                .isTrue();
        for (long other : new long[] {base + PAGE, base - PAGE, base + (2 << 20), 0}) {
            assertThat(verify(processor, other).isConfirmed())
                    .as("at 0x%x", other)
                    .isFalse();
        }
    }

    /** A table with six entries; gives its physical address. */
    private long table(Processor processor, long base, int level, int levels) {
        int offset = free.removeLast();
        ram.asSlice(offset, PAGE).fill((byte) 0);
        for (int i = 0; i < FAN; i++) {
            long frame = level == 1
                    ? base + random.nextInt(RAM / (int) PAGE) * PAGE
                    : table(processor, base, level - 1, levels);
            // At the end of the root, where kernels are.
            int index = level == levels ? TablePage.ENTRIES - FAN + i : i;
            ram.set(ScalarLayout.LONG_LITTLE, offset + index * 8L, entry(processor, frame, level));
        }
        return base + offset;
    }

    private static long entry(Processor processor, long frame, int level) {
        return processor == Processor.ARM64 ? frame | (level == 1 ? 0x703 : 3) : frame >> 2 | (level == 1 ? 0xCF : 1);
    }

    @SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
    private LayoutVerifier.Verdict verify(Processor processor, long base) {
        DirectMap map = DirectMap.builder().add(base, ram, 0, RAM).build();
        try (PhysicalMemory memory =
                new MappedMemory(map, Arena.ofShared(), ViewProperties.Access.READ_ONLY, "candidate", List.of())) {
            return new LayoutVerifier(
                            memory,
                            List.of(new HostPiece(base, 0, RAM)),
                            new ResidentPages(Path.of("/none")),
                            processor)
                    .verify();
        }
    }

    @Test
    void entriesAreToldApart() {
        assertThat(TableShape.ARM64.kind(0x4000_0703L, 1)).isEqualTo(TableShape.Entry.PAGE);
        assertThat(TableShape.ARM64.kind(0x4000_0003L, 2)).isEqualTo(TableShape.Entry.TABLE);
        assertThat(TableShape.ARM64.kind(0x4000_0701L, 2)).isEqualTo(TableShape.Entry.PAGE);
        assertThat(TableShape.ARM64.kind(0x4000_1701L, 2))
                .as("block off its size")
                .isEqualTo(TableShape.Entry.ODD);
        assertThat(TableShape.ARM64.kind(0x4000_0701L, 1))
                .as("block on the last level")
                .isEqualTo(TableShape.Entry.ODD);
        assertThat(TableShape.RISCV64.kind(0x2000_0001L, 3)).isEqualTo(TableShape.Entry.TABLE);
        assertThat(TableShape.RISCV64.kind(0x2000_00CFL, 1)).isEqualTo(TableShape.Entry.PAGE);
        assertThat(TableShape.RISCV64.kind(0x2000_00C5L, 1))
                .as("write without read")
                .isEqualTo(TableShape.Entry.ODD);
        assertThat(TableShape.RISCV64.kind(0x2000_0001L, 1))
                .as("pointer on the last level")
                .isEqualTo(TableShape.Entry.ODD);
        assertThat(TableShape.RISCV64.frame(0x2000_00CFL)).isEqualTo(0x8000_0000L);
        assertThat(TableShape.X86.kind(0x1E3, 2)).isEqualTo(TableShape.Entry.PAGE);
        assertThat(TableShape.X86.kind(0x1E3, 4)).isEqualTo(TableShape.Entry.ODD);
    }
}
