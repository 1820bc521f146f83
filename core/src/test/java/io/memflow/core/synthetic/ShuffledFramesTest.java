package io.memflow.core.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShuffledFramesTest {
    private static final int FRAME = ShuffledFrames.FRAME;

    private static MemoryMap map(long... startsAndLengths) {
        List<AddressRange> ranges = new ArrayList<>();
        for (int i = 0; i < startsAndLengths.length; i += 2) {
            ranges.add(new AddressRange(startsAndLengths[i], startsAndLengths[i + 1]));
        }
        return MemoryMap.of(ranges);
    }

    private static List<Long> all(ShuffledFrames frames, int count) {
        List<Long> given = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            given.add(frames.allocate(FRAME));
        }
        return given;
    }

    private static void assertFull(ShuffledFrames frames, long bytes) {
        assertThatThrownBy(() -> frames.allocate(bytes))
                .isInstanceOfSatisfying(
                        MemflowException.class, full -> assertThat(full.kind()).isEqualTo(ErrorKind.OUT_OF_BOUNDS))
                .hasMessageContaining("No free block of " + bytes);
    }

    @Test
    void givesEveryWholeFrameOfEveryRangeOnce() {
        // The first range begins and ends inside a frame.
        ShuffledFrames frames = new ShuffledFrames(map(0x1800, 0x3000, 0x10_0000, 0x8000), 5);
        assertThat(frames.free()).isEqualTo(2 + 8);
        List<Long> given = all(frames, 10);
        assertThat(given)
                .containsExactlyInAnyOrder(
                        0x2000L,
                        0x3000L,
                        0x10_0000L,
                        0x10_1000L,
                        0x10_2000L,
                        0x10_3000L,
                        0x10_4000L,
                        0x10_5000L,
                        0x10_6000L,
                        0x10_7000L);
        assertThat(frames.free()).isZero();
        assertFull(frames, FRAME);
        assertFull(frames, 2 * FRAME);
        assertThatThrownBy(() -> frames.allocate(64)).hasMessageContaining("No free block");
    }

    @Test
    void equalSeedsGiveEqualOrders() {
        MemoryMap map = map(0, 1 << 20);
        List<Long> first = all(new ShuffledFrames(map, 9), 256);
        assertThat(all(new ShuffledFrames(map, 9), 256)).isEqualTo(first);
        assertThat(all(new ShuffledFrames(map, 10), 256)).isNotEqualTo(first);
        assertThat(first).isNotEqualTo(first.stream().sorted().toList());
    }

    @Test
    void blocksAreAlignedAndNeverOverlap() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        ShuffledFrames frames = new ShuffledFrames(map(0x3000, 0x10_0000, 0x20_0000, 0x40_0000), seed);
        Set<Long> taken = new HashSet<>();
        try {
            while (true) {
                long bytes = 1L << random.nextInt(6, 18);
                long at = frames.allocate(bytes);
                assertThat(at % bytes).as("seed 0x%x", seed).isZero();
                boolean inside =
                        (at >= 0x3000 && at + bytes <= 0x10_3000) || (at >= 0x20_0000 && at + bytes <= 0x60_0000);
                assertThat(inside).as("seed 0x%x: 0x%x + 0x%x", seed, at, bytes).isTrue();
                for (long piece = at; piece < at + bytes; piece += 64) {
                    assertThat(taken.add(piece))
                            .as("seed 0x%x: 0x%x", seed, piece)
                            .isTrue();
                }
            }
        } catch (MemflowException full) {
            assertThat(full.kind()).as("seed 0x%x", seed).isEqualTo(ErrorKind.OUT_OF_BOUNDS);
        }
        assertThat(taken).isNotEmpty();
    }

    @Test
    void smallBlocksShareAFrame() {
        ShuffledFrames frames = new ShuffledFrames(map(0, 4 * FRAME), 1);
        Set<Long> given = new HashSet<>();
        for (int i = 0; i < FRAME / 1024; i++) {
            given.add(frames.allocate(1024));
        }
        assertThat(given).hasSize(4);
        assertThat(frames.free()).isEqualTo(3);
        frames.allocate(1024);
        assertThat(frames.free()).isEqualTo(2);
    }

    @Test
    void reservedFramesAreNotGiven() {
        ShuffledFrames frames = new ShuffledFrames(map(0x10_000, 0x8000), 1);
        // Partly inside a frame is inside; what lies outside the memory does not matter.
        frames.reserve(new AddressRange(0x11_800, 0x1000));
        frames.reserve(new AddressRange(0, 0x10_001));
        frames.reserve(new AddressRange(0x17_fff, 0x10_0000));
        assertThat(frames.free()).isEqualTo(4);
        assertThat(all(frames, 4)).containsExactlyInAnyOrder(0x13_000L, 0x14_000L, 0x15_000L, 0x16_000L);
    }

    @Test
    void carriesTheUpperWord() {
        assertThat(new ShuffledFrames(map(0, 0x1000), 7, 1).upper()).isEqualTo(7);
        assertThat(new ShuffledFrames(map(0, 0x1000), 1).upper()).isZero();
    }

    @Test
    void aMemoryWithoutFramesIsFull() {
        assertFull(new ShuffledFrames(map(), 1), FRAME);
        assertFull(new ShuffledFrames(map(), 1), 16 * FRAME);
        assertFull(new ShuffledFrames(map(0x1001, 0x1FFE), 1), FRAME);
    }

    @Test
    void refusesBlocksThatAreNoPowerOfTwo() {
        ShuffledFrames frames = new ShuffledFrames(map(0, 0x10_000), 1);
        assertThatThrownBy(() -> frames.allocate(3 * FRAME)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> frames.allocate(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
