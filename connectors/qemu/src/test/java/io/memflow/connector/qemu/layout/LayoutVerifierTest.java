package io.memflow.connector.qemu.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.connector.qemu.host.ResidentPages;
import io.memflow.connector.qemu.ram.HostPiece;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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
    private final List<Long> free = new ArrayList<>();

    private static long offsetOf(long physical) {
        return physical < SPLIT ? physical : physical - HIGH + SPLIT;
    }

    private void fillWithNoise() {
        byte[] noise = new byte[RAM];
        random.nextBytes(noise);
        ram.copyFrom(MemorySegment.ofArray(noise));
        for (long page = 0x100000; page < SPLIT; page += PAGE) {
            free.add(page);
            free.add(page - 0x100000 + HIGH);
        }
        Collections.shuffle(free, random);
    }

    private long newTable() {
        long table = free.removeLast();
        ram.asSlice(offsetOf(table), PAGE).fill((byte) 0);
        return table;
    }

    private void set(long table, int index, long entry) {
        ram.set(ScalarLayout.LONG_LITTLE, offsetOf(table) + index * 8L, entry);
    }

    /** Two address spaces that share a kernel half, as processes do. */
    private void buildTables() {
        long kernel = newTable();
        buildBelow(kernel, 3);
        for (int process = 0; process < 2; process++) {
            long root = newTable();
            set(root, 511, kernel | FLAGS);
            long user = newTable();
            set(root, 0, user | FLAGS);
            buildBelow(user, 3);
        }
    }

    private void buildBelow(long table, int level) {
        for (int i = 0; i < 4; i++) {
            if (level == 1) {
                set(table, i, free.get(random.nextInt(free.size())) | FLAGS);
            } else if (i == 3 && level == 2) {
                set(table, i, 0x20_0000L | FLAGS | 0x80);
            } else {
                long next = newTable();
                set(table, i, next | FLAGS);
                buildBelow(next, level - 1);
            }
        }
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
        fillWithNoise();
        buildTables();

        LayoutVerifier.Verdict verdict = verify(SPLIT, 0);
        assertThat(verdict.isConfirmed()).as(verdict.toString()).isTrue();
        assertThat(verdict.strays()).isZero();
        assertThat(verdict.toString()).contains("page tables in place");
    }

    @Test
    void refusesOtherSplitsAndOffsets() {
        fillWithNoise();
        buildTables();

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
        fillWithNoise();
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
