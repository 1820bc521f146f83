package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads of memory that is said to be still: they must be what a walk finds, from the first to the millionth. */
class StillMemoryTest {
    /** More than a space has to walk before it remembers. */
    private static final int MANY = 40_000;

    private static final long BASE = 0x7F00_0000_0000L;
    private static final long KERNEL = 0xFFFF_8880_0000_0000L;
    /** Pages of one slot: as far apart as the table has bytes. */
    private static final long SAME_SLOT = 1L << 30;

    private static final int PAGES = 256;
    private static final long FRAMES = 0x10_0000;

    private final SyntheticTables tables = new SyntheticTables(X86Paging.LEVEL4, DirectMap.Contents.STILL);

    @AfterEach
    void close() {
        tables.close();
    }

    private VirtualMemory space() {
        return new VirtualMemory(tables.memory, AddressSpace.of(X86Paging.LEVEL4, SyntheticTables.ROOT));
    }

    private void mapEverything() {
        for (int page = 0; page < PAGES; page++) {
            long frame = FRAMES + (((page * 37L) % PAGES) << 12);
            tables.map(BASE + ((long) page << 12), 1, frame | SyntheticTables.ALL_RIGHTS);
            tables.map(BASE + SAME_SLOT + ((long) page << 12), 1, (FRAMES + ((long) page << 12)) | 1);
        }
        tables.map(KERNEL, 2, 0x20_0000 | SyntheticTables.ALL_RIGHTS);
        for (long at = FRAMES; at < SyntheticTables.LENGTH; at += Long.BYTES) {
            tables.set(at, at * 0x9E37_79B9_7F4A_7C15L);
        }
    }

    @Test
    void readsTheSameValuesBeforeAndAfterPagesAreRemembered() {
        mapEverything();
        VirtualMemory still = space();
        VirtualMemory walked =
                new VirtualMemory(tables.indirect(), AddressSpace.of(X86Paging.LEVEL4, SyntheticTables.ROOT));
        List<Long> addresses = new ArrayList<>();
        List<Long> expected = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 500; i++) {
            long region = List.of(BASE, BASE + SAME_SLOT, KERNEL).get(random.nextInt(3));
            long address = region + random.nextLong((PAGES << 12) - Long.BYTES);
            addresses.add(address);
            expected.add(walked.readLong(address));
        }
        for (int i = 0; i < MANY; i++) {
            int which = random.nextInt(addresses.size());
            assertThat(still.readLong(addresses.get(which))).isEqualTo(expected.get(which));
            assertThat(still.readInt(addresses.get(which)))
                    .isEqualTo(expected.get(which).intValue());
            assertThat(still.readByte(addresses.get(which)))
                    .isEqualTo(expected.get(which).byteValue());
        }
    }

    @Test
    void smallBatchesReadTheSame() {
        mapEverything();
        VirtualMemory still = space();
        byte[] page = new byte[4096];
        byte[] expected = new byte[4096];
        new VirtualMemory(tables.indirect(), AddressSpace.of(X86Paging.LEVEL4, SyntheticTables.ROOT))
                .read(BASE + 0x3000, MemorySegment.ofArray(expected));
        MemoryBatch batch = new MemoryBatch();
        for (int i = 0; i < MANY; i++) {
            batch.clear();
            batch.add(BASE + 0x3000, MemorySegment.ofArray(page));
            still.read(batch);
            assertThat(batch.allWhole()).isTrue();
        }
        assertThat(page).isEqualTo(expected);
    }

    @Test
    void whatIsNotMappedStaysUnreadable() {
        mapEverything();
        VirtualMemory still = space();
        for (int i = 0; i < MANY; i++) {
            still.readLong(BASE + ((long) (i % PAGES) << 12));
        }
        for (long hole : new long[] {0, BASE + ((long) PAGES << 12), BASE + 2 * SAME_SLOT, 1L << 63, 1L << 48, -8}) {
            assertThatThrownBy(() -> still.readLong(hole)).isInstanceOf(MemoryAccessException.class);
        }
    }

    @Test
    void spacesThatLoseTheirTableToOthersReadOn() {
        mapEverything();
        List<VirtualMemory> spaces = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            spaces.add(space());
        }
        long expected = tables.get(FRAMES + 37 * 4096 + 8);
        for (int round = 0; round < 2; round++) {
            for (VirtualMemory space : spaces) {
                for (int i = 0; i < MANY; i++) {
                    assertThat(space.readLong(BASE + 0x1008)).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void changingMemoryShowsANewMappingAtOnce() {
        try (SyntheticTables live = new SyntheticTables(X86Paging.LEVEL4)) {
            live.map(BASE, 1, FRAMES | 1);
            live.set(FRAMES, 1);
            live.set(FRAMES + 0x1000, 2);
            VirtualMemory space =
                    new VirtualMemory(live.memory, AddressSpace.of(X86Paging.LEVEL4, SyntheticTables.ROOT));
            for (int i = 0; i < MANY; i++) {
                assertThat(space.readLong(BASE)).isEqualTo(1);
            }
            live.map(BASE, 1, (FRAMES + 0x1000) | 1);
            assertThat(space.readLong(BASE)).isEqualTo(2);
        }
    }
}
