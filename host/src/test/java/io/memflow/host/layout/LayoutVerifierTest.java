package io.memflow.host.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.made.MadeRam;
import io.memflow.host.ram.HostPiece;
import io.memflow.host.ram.ResidentPages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest of 16 MiB whose RAM is split at 8 MiB, with page tables in both parts and noise everywhere else. */
class LayoutVerifierTest {
    private static final int RAM = 16 << 20;
    private static final int SPLIT = 8 << 20;
    private static final long HIGH = 1L << 32;
    private static final long PAGE = 4096;
    private static final long FLAGS = 0x63;

    @TempDir
    Path directory;

    private final MemorySegment ram = MemorySegment.ofArray(new byte[RAM]);
    private final Random random = new Random(42);

    private static long offsetOf(long physical) {
        return physical < SPLIT ? physical : physical - HIGH + SPLIT;
    }

    private MadeRam noise() {
        return new MadeRam(ram, random, LayoutVerifierTest::offsetOf)
                .use(0x100000, SPLIT)
                .use(HIGH, HIGH + SPLIT - 0x100000);
    }

    @SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
    private LayoutVerifier.Verdict verify(long split, long shift) {
        List<HostPiece> pieces = new ArrayList<>();
        pieces.add(new HostPiece(0x100000, 0x100000 + shift, split - 0x100000 - shift));
        if (split < RAM) {
            pieces.add(new HostPiece(HIGH, split, RAM - split));
        }
        DirectMap.Builder map = DirectMap.builder();
        pieces.forEach(piece -> map.add(piece.physical(), ram, piece.host(), piece.length()));
        try (PhysicalMemory memory = new MappedMemory(
                map.build(), Arena.ofShared(), ViewProperties.Access.READ_ONLY, "candidate", List.of())) {
            return new LayoutVerifier(memory, pieces, new ResidentPages(directory.resolve("none"))).verify();
        }
    }

    @Test
    void confirmsTheLayoutTheTablesWereMadeFor() {
        noise().build();

        LayoutVerifier.Verdict verdict = verify(SPLIT, 0);
        assertThat(verdict.isConfirmed()).as(verdict.toString()).isTrue();
        assertThat(verdict.strays()).isZero();
        assertThat(verdict.toString()).contains("page tables in place");
    }

    @Test
    void refusesOtherSplitsAndOffsets() {
        noise().build();

        for (long split : new long[] {SPLIT - PAGE, SPLIT + PAGE, 4 << 20, 12 << 20, RAM}) {
            assertThat(verify(split, 0).isConfirmed()).as("split at %d", split).isFalse();
        }
        for (long shift : new long[] {PAGE, 1 << 20}) {
            assertThat(verify(SPLIT, shift).isConfirmed())
                    .as("shifted by %d", shift)
                    .isFalse();
        }
    }

    @Test
    void refusesMemoryWithoutTables() {
        assertThat(verify(SPLIT, 0).isConfirmed()).isFalse();
        noise();
        assertThat(verify(SPLIT, 0).isConfirmed()).isFalse();
    }

    @Test
    void endsOnHostileTables() {
        // Every page names every other page: without limits the walk would never end.
        for (long page = 0; page < RAM; page += PAGE) {
            for (int i = 0; i < 512; i++) {
                long target = 0x100000 + random.nextInt((SPLIT - 0x100000) / (int) PAGE) * PAGE;
                ram.set(ScalarLayout.LONG_LITTLE, page + i * 8L, target | FLAGS);
            }
        }
        assertThat(verify(SPLIT, 0).searchedBytes()).isPositive();
    }
}
