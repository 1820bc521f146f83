package io.memflow.core.synthetic;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.translate.FrameAllocator;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Gives out the frames of a physical memory in an order that only depends on a seed and has nothing to do with their
 * addresses. Take large blocks first: once small ones are spread over the memory, few large ones are left.
 *
 * <p>Confined to one thread.
 */
public final class ShuffledFrames implements FrameAllocator {
    /** Bytes of a frame; smaller blocks share one. */
    public static final int FRAME = 4096;

    private final SplittableRandom random;
    private final long upper;
    /** Frame number of bit 0 of {@link #used}. */
    private final long first;

    private final int count;
    private final BitSet used;
    private final Map<Long, Deque<Long>> smallBlocks = new HashMap<>();

    /**
     * All whole frames of a memory, none of them in use.
     *
     * @param map at most 2^31 frames from its first to its last address
     */
    public ShuffledFrames(MemoryMap map, long seed) {
        this(map, 0, seed);
    }

    /**
     * As above.
     *
     * @param upper bits 64 to 127 of every address
     */
    public ShuffledFrames(MemoryMap map, long upper, long seed) {
        this.upper = upper;
        random = new SplittableRandom(seed);
        long start = map.ranges().isEmpty() ? 0 : map.ranges().getFirst().start();
        first = start / FRAME;
        count = Math.toIntExact((map.end() - first * FRAME) / FRAME);
        used = new BitSet(count);
        used.set(0, count);
        for (AddressRange range : map.ranges()) {
            long from = Address.alignUp(range.start(), FRAME) / FRAME - first;
            long to = range.end() / FRAME - first;
            if (from < to) {
                used.clear((int) from, (int) to);
            }
        }
    }

    /** Frames that are not in use. */
    public int free() {
        return count - used.cardinality();
    }

    /** Takes the frames of a range out of use, whether or not they are free. */
    public void reserve(AddressRange range) {
        long from = Math.max(0, range.start() / FRAME - first);
        long to = Math.min(count, Address.alignUp(range.end(), FRAME) / FRAME - first);
        if (from < to) {
            used.set((int) from, (int) to);
        }
    }

    @Override
    public long upper() {
        return upper;
    }

    @Override
    public long allocate(long bytes) {
        if (Long.bitCount(bytes) != 1) {
            throw new IllegalArgumentException("a block has a power of two of bytes, not " + bytes);
        }
        if (bytes < FRAME) {
            return small(bytes);
        }
        long frames = bytes / FRAME;
        return frames == 1 ? single() : large(frames);
    }

    private long single() {
        int frame = count == 0 ? 0 : used.nextClearBit(random.nextInt(count));
        if (frame >= count) {
            frame = used.nextClearBit(0);
        }
        if (frame >= count) {
            throw full(FRAME);
        }
        used.set(frame);
        return (first + frame) * FRAME;
    }

    private long large(long frames) {
        long lowest = (first + frames - 1) / frames;
        long slots = (first + count) / frames - lowest;
        long at = slots <= 0 ? 0 : random.nextLong(slots);
        for (long tried = 0; tried < slots; tried++) {
            int frame = (int) ((lowest + (at + tried) % slots) * frames - first);
            int taken = used.nextSetBit(frame);
            if (taken < 0 || taken >= frame + frames) {
                used.set(frame, (int) (frame + frames));
                return (first + frame) * FRAME;
            }
        }
        throw full(frames * FRAME);
    }

    private long small(long bytes) {
        Deque<Long> blocks = smallBlocks.computeIfAbsent(bytes, _ -> new ArrayDeque<>());
        if (blocks.isEmpty()) {
            long frame = single();
            for (long at = frame; at < frame + FRAME; at += bytes) {
                if (random.nextBoolean()) {
                    blocks.addFirst(at);
                } else {
                    blocks.addLast(at);
                }
            }
        }
        return blocks.removeFirst();
    }

    private MemflowException full(long bytes) {
        return new MemflowException(
                ErrorOrigin.PHYSICAL_MEMORY,
                ErrorKind.OUT_OF_BOUNDS,
                "No free block of %d bytes is left in a memory of %d frames; give it more memory or larger pages less room."
                        .formatted(bytes, count));
    }
}
