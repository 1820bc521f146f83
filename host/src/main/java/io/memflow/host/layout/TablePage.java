package io.memflow.host.layout;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;

/**
 * One page of memory, judged as a page table: how many of its entries could be a table's, and how many could not. Reused.
 * Confined.
 */
final class TablePage {
    static final int PAGE = 4096;
    static final int ENTRIES = 512;

    /** No machine has devices or memory above; a random frame almost always lies there. */
    private static final long PLAUSIBLE_END = 1L << 46;

    /** How a page looks. */
    enum Look {
        TABLE,
        /** All zero: a table whose entries are gone, or memory nobody used. Proves nothing either way. */
        EMPTY,
        OTHER
    }

    private final PhysicalMemory memory;
    private final TableShape shape;
    private final MemoryMap map;
    private final MemorySegment page = MemorySegment.ofArray(new long[ENTRIES]);

    TablePage(PhysicalMemory memory, TableShape shape) {
        this.memory = memory;
        this.shape = shape;
        this.map = memory.map();
    }

    /** Reads a page and judges it as a table of a level, 1 being the last. */
    Look read(long address, int level) {
        if (memory.tryRead(address, page) != Fault.NONE) {
            return Look.OTHER;
        }
        return judge(level);
    }

    private Look judge(int level) {
        int good = 0;
        int bad = 0;
        int inMemory = 0;
        for (int i = 0; i < ENTRIES; i++) {
            long entry = entry(i);
            if (entry == 0) {
                continue;
            }
            TableShape.Entry kind = shape.kind(entry, level);
            long frame = shape.frame(entry);
            boolean fits = switch (kind) {
                case TABLE -> map.contains(frame);
                case PAGE -> frame < PLAUSIBLE_END;
                case ODD -> false;
            };
            good += fits ? 1 : 0;
            bad += fits ? 0 : 1;
            inMemory += kind == TableShape.Entry.PAGE && map.contains(frame) ? 1 : 0;
        }
        if (good + bad == 0) {
            return Look.EMPTY;
        }
        // A last-level table may be full of pages swapped out; an upper one has nothing but tables and large pages.
        boolean table = level == 1 ? bad <= good && inMemory * 2 >= good && good > 0 : bad * 8 <= good && good > 0;
        return table ? Look.TABLE : Look.OTHER;
    }

    /**
     * Whether the page read last can be a root: it names tables only, and some of them where every 64-bit kernel lives.
     *
     * @param level how many levels there are then
     */
    boolean isRoot(int level) {
        int kernels = 0;
        for (int i = 0; i < ENTRIES; i++) {
            long entry = entry(i);
            if (entry == 0) {
                continue;
            }
            if (shape.kind(entry, level) != TableShape.Entry.TABLE || !map.contains(shape.frame(entry))) {
                return false;
            }
            kernels += shape.isKernels(i) ? 1 : 0;
        }
        return kernels > 0;
    }

    /** Frames of the tables that the page read last names, at most {@code limit} spread over it. */
    int tables(int level, long[] frames, int limit) {
        int count = 0;
        for (int i = 0; i < ENTRIES; i++) {
            long entry = entry(i);
            if (entry != 0 && shape.kind(entry, level) == TableShape.Entry.TABLE && map.contains(shape.frame(entry))) {
                frames[count++] = shape.frame(entry);
            }
        }
        int taken = Math.min(count, limit);
        for (int i = 0; i < taken; i++) {
            frames[i] = frames[(int) ((long) i * count / taken)];
        }
        return taken;
    }

    private long entry(int index) {
        return page.get(ScalarLayout.LONG_LITTLE, (long) index * Long.BYTES);
    }

    /** Takes a page that was read already, from a larger buffer. */
    void take(MemorySegment buffer, long offset) {
        MemorySegment.copy(buffer, offset, page, 0, PAGE);
    }
}
