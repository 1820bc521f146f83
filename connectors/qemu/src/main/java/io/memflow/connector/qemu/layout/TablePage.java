package io.memflow.connector.qemu.layout;

import io.memflow.connector.qemu.host.Emulator;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;

/**
 * One page of memory, judged as a page table of x86-64: how many of its entries could be a table's, and how many could
 * not. Reused. Confined. Source: Intel SDM volume 3A, tables 4-14 to 4-20.
 */
final class TablePage {
    static final int PAGE = 4096;
    static final int ENTRIES = 512;

    /** Processors whose tables this can judge. */
    static final Set<Emulator.Processor> JUDGED = EnumSet.of(Emulator.Processor.X86);

    private static final long PRESENT = 1;
    private static final long LARGE = 0x80;
    private static final long FRAME = 0x000F_FFFF_FFFF_F000L;
    private static final long LARGE_2M_RESERVED = 0x1F_E000;
    private static final long LARGE_1G_RESERVED = 0x3FFF_E000;
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
    private final MemoryMap map;
    private final MemorySegment page = MemorySegment.ofArray(new long[ENTRIES]);

    TablePage(PhysicalMemory memory) {
        this.memory = memory;
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
            if ((entry & PRESENT) == 0) {
                bad++;
            } else if (level > 1 && !isLarge(entry, level)) {
                good += map.contains(entry & FRAME) ? 1 : 0;
                bad += map.contains(entry & FRAME) ? 0 : 1;
            } else {
                long frame = entry & FRAME;
                boolean aligned = level == 1 || (entry & (level == 2 ? LARGE_2M_RESERVED : LARGE_1G_RESERVED)) == 0;
                boolean plausible = aligned && frame < PLAUSIBLE_END;
                good += plausible ? 1 : 0;
                bad += plausible ? 0 : 1;
                inMemory += map.contains(frame) ? 1 : 0;
            }
        }
        if (good + bad == 0) {
            return Look.EMPTY;
        }
        // A last-level table may be full of pages swapped out; an upper one has nothing but tables and large pages.
        boolean table = level == 1 ? bad <= good && inMemory * 2 >= good && good > 0 : bad * 8 <= good && good > 0;
        return table ? Look.TABLE : Look.OTHER;
    }

    /**
     * Whether the page read last can be a root: it names tables only, and some of them in the upper half, where every
     * 64-bit kernel lives.
     */
    boolean isRoot() {
        int upper = 0;
        for (int i = 0; i < ENTRIES; i++) {
            long entry = entry(i);
            if (entry == 0) {
                continue;
            }
            if ((entry & PRESENT) == 0 || (entry & LARGE) != 0 || !map.contains(entry & FRAME)) {
                return false;
            }
            upper += i >= ENTRIES / 2 ? 1 : 0;
        }
        return upper > 0;
    }

    /** Frames of the tables that the page read last names, at most {@code limit} spread over it. */
    int tables(int level, long[] frames, int limit) {
        int count = 0;
        for (int i = 0; i < ENTRIES; i++) {
            long entry = entry(i);
            if ((entry & PRESENT) != 0 && !isLarge(entry, level) && map.contains(entry & FRAME)) {
                frames[count++] = entry & FRAME;
            }
        }
        int taken = Math.min(count, limit);
        for (int i = 0; i < taken; i++) {
            frames[i] = frames[(int) ((long) i * count / taken)];
        }
        return taken;
    }

    private static boolean isLarge(long entry, int level) {
        return (level == 2 || level == 3) && (entry & LARGE) != 0;
    }

    private long entry(int index) {
        return page.get(ScalarLayout.LONG_LITTLE, (long) index * Long.BYTES);
    }

    /** Takes a page that was read already, from a larger buffer. */
    void take(MemorySegment buffer, long offset) {
        MemorySegment.copy(buffer, offset, page, 0, PAGE);
    }
}
