package io.memflow.core.translate;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedFaults;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A walk's copies of the tables it is in: for each level a slice of one table, for the last level several on memory
 * without direct access. Entries lie in {@link #words}, one word each, or two (low, high) when they have 16 bytes.
 * Confined.
 */
final class TableSlices {
    /** Bytes of scratch that each level needs at least. */
    static final int LEAST_SLICE_BYTES = 512;

    private static final boolean BIG_ENDIAN_HOST = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

    /** The entries of all slices. */
    final long[] words;
    /** Words that an entry takes. */
    final int entryWords;

    private final PhysicalMemory memory;
    private final @Nullable DirectMap direct;
    private final int entryShift;
    private final int lastLevel;
    /** Entries of a slice, for each level. */
    private final int[] sliceEntries;
    /** First word of a level's slice. */
    private final int[] sliceStart;

    private final MemorySegment bytes;
    private final MemoryBatch batch = new MemoryBatch();

    // What was fetched ahead for the last level: slot by slot.
    private final int slots;
    private final long[] slotUpper;
    private final long[] slotAddress;
    private final int[] slotCount;
    private int slotsUsed;

    TableSlices(PageTableWalker walker, int scratchBytes) {
        CompiledFormat format = walker.compiled();
        memory = walker.memory();
        DirectTables tables = walker.direct();
        direct = tables == null ? null : tables.map;
        entryShift = format.entryShift;
        entryWords = entryShift > 3 ? 2 : 1;
        lastLevel = format.depth - 1;
        if (scratchBytes < (format.depth + 1) * LEAST_SLICE_BYTES) {
            throw new IllegalArgumentException("%s has %d levels: a walk needs %d bytes of scratch, not %d"
                    .formatted(
                            format.format.name(), format.depth, (format.depth + 1) * LEAST_SLICE_BYTES, scratchBytes));
        }
        words = new long[scratchBytes / Long.BYTES];
        bytes = MemorySegment.ofArray(words);
        int share = Integer.highestOneBit(words.length / entryWords / (format.depth + 1));
        sliceEntries = new int[format.depth];
        sliceStart = new int[format.depth];
        int start = 0;
        for (int level = 0; level < format.depth; level++) {
            sliceEntries[level] = (int) Math.min(share, format.levels[level].indexMask + 1);
            sliceStart[level] = start;
            start += sliceEntries[level] * entryWords;
        }
        int lastWords = sliceEntries[lastLevel] * entryWords;
        slots = direct == null ? 1 + (words.length - start) / lastWords : 1;
        slotUpper = new long[slots];
        slotAddress = new long[slots];
        slotCount = new int[slots];
    }

    /** Most entries that one slice of a level holds. */
    int capacity(int level) {
        return sliceEntries[level];
    }

    /** Whether tables of the last level are better fetched several at a time. */
    boolean fetchesAhead() {
        return slots > 1;
    }

    boolean isFull() {
        return slotsUsed == slots;
    }

    /** Forgets what was fetched ahead, at the start of a walk. */
    void forget() {
        slotsUsed = 0;
    }

    /** Plans to fetch a slice of the last level with the others of this round. */
    void plan(long upper, long address, int count) {
        slotUpper[slotsUsed] = upper;
        slotAddress[slotsUsed] = address;
        slotCount[slotsUsed] = count;
        slotsUsed++;
    }

    /** Fetches what was planned, in one batched read for each upper address word. A slice that is not whole is dropped. */
    void fetch() {
        for (int first = 0; first < slotsUsed; first++) {
            if (slotCount[first] > 0) {
                fetchAll(slotUpper[first], first);
            }
        }
        for (int slot = 0; slot < slotsUsed; slot++) {
            slotCount[slot] = Math.abs(slotCount[slot]);
        }
    }

    private void fetchAll(long upper, int first) {
        batch.clear();
        batch.upper(upper);
        for (int slot = first; slot < slotsUsed; slot++) {
            if (slotCount[slot] > 0 && slotUpper[slot] == upper) {
                long offset = (long) slotWord(slot) * Long.BYTES;
                batch.add(slotAddress[slot], bytes, offset, (long) slotCount[slot] << entryShift, PageType.PAGE_TABLE);
            }
        }
        memory.read(batch);
        int request = 0;
        for (int slot = first; slot < slotsUsed; slot++) {
            if (slotCount[slot] > 0 && slotUpper[slot] == upper) {
                if (batch.status(request++) == RequestStatus.WHOLE) {
                    spread(slotWord(slot), slotCount[slot]);
                    // Fetched slots are negative until the round is over.
                    slotCount[slot] = -slotCount[slot];
                } else {
                    slotCount[slot] = 0;
                }
            }
        }
    }

    private int slotWord(int slot) {
        return sliceStart[lastLevel] + slot * sliceEntries[lastLevel] * entryWords;
    }

    /** Whether a slice of the last level was fetched ahead, and where its words start; -1 otherwise. */
    int fetched(long upper, long address, int count) {
        for (int slot = 0; slot < slotsUsed; slot++) {
            if (slotAddress[slot] == address && slotUpper[slot] == upper && slotCount[slot] == count) {
                return slotWord(slot);
            }
        }
        return -1;
    }

    /** How a slice was read. */
    enum Loaded {
        WHOLE,
        PARTLY,
        NOTHING
    }

    /** First word of a level's own slice. */
    int start(int level) {
        return sliceStart[level];
    }

    /** Copies entries of a table into the level's slice. Only a whole slice may be looked at. */
    Loaded load(int level, long upper, long address, int count) {
        long length = (long) count << entryShift;
        DirectMap map = direct;
        if (map != null && upper == 0) {
            int range = map.find(address);
            if (range >= 0 && Long.compareUnsigned(map.end(range) - address, length) >= 0) {
                try {
                    copy(map.segment(range), map.offset(range, address), level, count);
                    MappedFaults.raise();
                    return Loaded.WHOLE;
                } catch (InternalError pageNotThere) {
                    // The batch says how much is left.
                    return loadBatch(level, upper, address, count);
                }
            }
        }
        return loadBatch(level, upper, address, count);
    }

    private void copy(MemorySegment segment, long offset, int level, int count) {
        if (entryShift == 3) {
            MemorySegment.copy(segment, ValueLayout.JAVA_LONG_UNALIGNED, offset, words, sliceStart[level], count);
            spread(sliceStart[level], count);
        } else {
            MemorySegment.copy(
                    segment, offset, bytes, (long) sliceStart[level] * Long.BYTES, (long) count << entryShift);
            spread(sliceStart[level], count);
        }
    }

    private Loaded loadBatch(int level, long upper, long address, int count) {
        batch.clear();
        batch.upper(upper);
        batch.add(
                address, bytes, (long) sliceStart[level] * Long.BYTES, (long) count << entryShift, PageType.PAGE_TABLE);
        memory.read(batch);
        if (batch.status(0) == RequestStatus.WHOLE) {
            spread(sliceStart[level], count);
            return Loaded.WHOLE;
        }
        return batch.transferred(0) == 0 ? Loaded.NOTHING : Loaded.PARTLY;
    }

    /** Turns bytes as they lie in memory into one native word for each entry (or for each half of one). */
    private void spread(int start, int count) {
        if (entryShift == 2) {
            long at = (long) start * Long.BYTES;
            // From the back, so that no entry is overwritten before it is read.
            for (int i = count - 1; i >= 0; i--) {
                int entry = bytes.get(ValueLayout.JAVA_INT, at + (long) i * Integer.BYTES);
                words[start + i] = (BIG_ENDIAN_HOST ? Integer.reverseBytes(entry) : entry) & 0xFFFF_FFFFL;
            }
        } else if (BIG_ENDIAN_HOST) {
            for (int i = 0; i < count * entryWords; i++) {
                words[start + i] = Long.reverseBytes(words[start + i]);
            }
        }
    }
}
