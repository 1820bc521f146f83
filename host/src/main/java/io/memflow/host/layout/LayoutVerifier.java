package io.memflow.host.layout;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.host.ram.HostPiece;
import io.memflow.host.ram.PagePresence;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out whether a layout that was derived is the machine's. The guest's own page tables hold guest-physical addresses:
 * they lead from table to table only if each address is looked up at the right place. So page-table roots are searched
 * for, and every table below them must look like one. RAM taken from the wrong mapping, with the wrong offset or split at
 * the wrong address turns up pages of other content instead.
 *
 * <p>A machine that has not reached 64-bit mode has no such tables, so its layout cannot be confirmed. Confined.
 */
public final class LayoutVerifier {
    /** Tables found where they should be before a layout counts as confirmed. */
    private static final int ENOUGH_TABLES = 24;
    /**
     * Tables found in the last piece. Where that piece lies follows from where the RAM is split, so they prove the split;
     * tables below it would be found with any.
     */
    private static final int ENOUGH_IN_LAST_PIECE = 4;

    /** Tables being freed while we look, and roots of processes that just ended, may mislead one link in this many. */
    private static final int CONFIRMED_PER_STRAY = 16;

    private static final int LINKS_PER_TABLE = 32;
    /** Bounds the time that hostile or wrong tables can take, to some 0.2 s. */
    private static final int MOST_TABLES = 1 << 16;

    private static final int CHUNK = 2 << 20;
    private static final long MOST_SEARCHED = 1L << 30;
    private static final int MOST_LEVELS = 5;

    private final PhysicalMemory memory;
    private final List<HostPiece> pieces;
    private final PagePresence resident;
    private final TablePage root;
    private final TablePage[] levels = new TablePage[MOST_LEVELS + 1];
    private final long[][] frames = new long[MOST_LEVELS + 1][TablePage.ENTRIES];
    private final int[] rootLevels;
    private final Set<Long> visited = new HashSet<>();
    private final HostPiece last;
    private int confirmed;
    private int confirmedInLast;
    private int strays;
    private int tablesRead;
    private long searched;

    /**
     * Opens a layout, and finds out whether it is the machine's.
     *
     * @throws io.memflow.core.error.MemflowException when the process' memory cannot be reached
     */
    public static Verdict verify(RamOpener opener, List<HostPiece> pieces, PagePresence resident, Processor processor) {
        try (PhysicalMemory memory = opener.open(pieces, "not confirmed")) {
            return new LayoutVerifier(memory, pieces, resident, processor).verify();
        }
    }

    /**
     * @param memory the RAM seen through the layout in question
     * @param pieces the same layout, to know where each piece lies in the process
     * @param resident asked before pages are read
     * @param processor whose tables are looked for
     */
    public LayoutVerifier(PhysicalMemory memory, List<HostPiece> pieces, PagePresence resident, Processor processor) {
        TableShape shape = TableShape.of(processor);
        this.memory = memory;
        this.pieces = pieces;
        this.resident = resident;
        this.root = new TablePage(memory, shape);
        this.rootLevels = shape.rootLevels();
        for (int level = 1; level <= MOST_LEVELS; level++) {
            levels[level] = new TablePage(memory, shape);
        }
        this.last = pieces.getLast();
    }

    /** As the other, for an x86 machine. */
    public LayoutVerifier(PhysicalMemory memory, List<HostPiece> pieces, PagePresence resident) {
        this(memory, pieces, resident, Processor.X86);
    }

    /** What the search found. */
    public record Verdict(boolean isConfirmed, int tables, int strays, long searchedBytes) {
        @Override
        public String toString() {
            return "%d page tables in place, %d not, in %d MiB".formatted(tables, strays, searchedBytes >> 20);
        }
    }

    /** Searches until the layout is confirmed or a gigabyte of used memory was seen. */
    public Verdict verify() {
        MemorySegment chunk = MemorySegment.ofArray(new byte[CHUNK]);
        // Round by round a chunk from the start and one from the end of each piece: kernels put their first tables at
        // either end of memory.
        boolean more = true;
        for (long round = 0; more && searched < MOST_SEARCHED && tablesRead < MOST_TABLES && !isConfirmed(); round++) {
            more = false;
            for (HostPiece piece : pieces) {
                long chunks = (piece.length() + CHUNK - 1) / CHUNK;
                if (round * 2 < chunks) {
                    search(piece, round * CHUNK, chunk);
                    more = true;
                }
                if (round * 2 + 1 < chunks) {
                    search(piece, (chunks - 1 - round) * CHUNK, chunk);
                    more = true;
                }
            }
        }
        return new Verdict(isConfirmed(), confirmed, strays, searched);
    }

    private boolean isConfirmed() {
        return confirmed >= ENOUGH_TABLES
                && confirmedInLast >= ENOUGH_IN_LAST_PIECE
                && strays * CONFIRMED_PER_STRAY <= confirmed;
    }

    private void search(HostPiece piece, long offset, MemorySegment chunk) {
        int count = (int) (Math.min(CHUNK, piece.length() - offset) / TablePage.PAGE);
        BitSet present = resident.among(piece.host() + offset, count);
        MemoryBatch batch = new MemoryBatch();
        for (int start = present.nextSetBit(0); start >= 0; start = present.nextSetBit(start)) {
            int end = present.nextClearBit(start);
            batch.add(
                    piece.physical() + offset + (long) start * TablePage.PAGE,
                    chunk,
                    (long) start * TablePage.PAGE,
                    (long) (end - start) * TablePage.PAGE);
            start = end;
        }
        memory.read(batch);
        for (int i = 0; i < batch.faultCount(); i++) {
            long at = batch.address(batch.faultRequest(i)) + batch.faultOffset(i) - piece.physical() - offset;
            present.clear((int) (at / TablePage.PAGE), (int) ((at + batch.faultLength(i) - 1) / TablePage.PAGE) + 1);
        }
        searched += (long) present.cardinality() * TablePage.PAGE;
        for (int page = present.nextSetBit(0); page >= 0; page = present.nextSetBit(page + 1)) {
            long address = piece.physical() + offset + (long) page * TablePage.PAGE;
            root.take(chunk, (long) page * TablePage.PAGE);
            for (int level : rootLevels) {
                if (tablesRead < MOST_TABLES && root.isRoot(level) && !visited.contains(address)) {
                    follow(address, level);
                }
            }
        }
    }

    /** Walks down from a page that can be a root; keeps the count only when most of what is below fits. */
    private void follow(long address, int rootLevel) {
        Tally tally = new Tally();
        int links = root.tables(rootLevel, frames[rootLevel], TablePage.ENTRIES);
        for (int i = 0; i < links; i++) {
            descend(frames[rootLevel][i], rootLevel - 1, tally);
        }
        // A table one level down also looks like a root; what it leads to in the end is data, and most links fail.
        if (tally.deepest == 1 && tally.strays <= tally.confirmed) {
            visited.add(address);
            visited.addAll(tally.seen);
            confirmed += tally.confirmed;
            confirmedInLast += tally.confirmedInLast;
            strays += tally.strays;
        }
    }

    /** What was found below one root. */
    private static final class Tally {
        final Set<Long> seen = new HashSet<>();
        int confirmed;
        int confirmedInLast;
        int strays;
        /** The lowest level that a table was found on. */
        int deepest = MOST_LEVELS;
    }

    private void descend(long table, int level, Tally tally) {
        if (tablesRead == MOST_TABLES || visited.contains(table) || !tally.seen.add(table)) {
            return;
        }
        tablesRead++;
        switch (levels[level].read(table, level)) {
            case EMPTY -> {}
            case OTHER -> tally.strays++;
            case TABLE -> {
                tally.confirmed++;
                tally.confirmedInLast += Address.below(table - last.physical(), last.length()) ? 1 : 0;
                tally.deepest = Math.min(tally.deepest, level);
                int links = level == 1 ? 0 : levels[level].tables(level, frames[level], LINKS_PER_TABLE);
                for (int i = 0; i < links; i++) {
                    descend(frames[level][i], level - 1, tally);
                }
            }
        }
    }
}
