package io.memflow.core.translate;

import io.memflow.core.memory.Fault;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.EntryRule;
import org.jspecify.annotations.Nullable;

/**
 * Streams every mapping of an address space, or of a range of it, in ascending order. Costs what is mapped, not what could
 * be: an absent entry of a root table ends half a terabyte at once.
 *
 * <p>Works in a scratch of fixed size, allocated once, into which it copies tables (or parts of tables) before looking at
 * them. On memory without direct access several tables of the last level are fetched by one batched read. An entry that
 * repeats another is walked like any other, since kernels share tables for good reasons; tables that point at themselves
 * end at the walk's budget.
 *
 * <p>Confined: one thread at a time. Reusable; a walk allocates nothing.
 */
public final class PageTableWalk {
    /** Bytes of scratch unless asked otherwise. */
    public static final int DEFAULT_SCRATCH_BYTES = 64 << 10;
    /**
     * Table entries a walk looks at unless asked otherwise: those of tables that map 256 GiB in pages of 4 KiB.
     */
    public static final long DEFAULT_ENTRY_BUDGET = 1L << 26;

    /** Whether a walk reports ranges that are merely not present. */
    public enum Holes {
        SKIP,
        REPORT
    }

    private final CompiledFormat format;
    private final CanonicalRanges canonical;
    private final TableSlices slices;
    private final TableInWalk[] tables;
    private final WalkReport report;
    private final long entryBudget;

    private long entriesLeft;
    private boolean outOfBudget;
    private long unreadableTables;
    private long lastUpper;
    private long last;

    /** A walk with the default scratch and budget. */
    public PageTableWalk(PageTableWalker walker) {
        this(walker, DEFAULT_SCRATCH_BYTES, DEFAULT_ENTRY_BUDGET);
    }

    /**
     * @param walker the tables' memory and format
     * @param scratchBytes room to copy tables into: 512 bytes for each level and one more at least
     * @param entryBudget table entries after which the walk ends; an entry of 16 bytes counts as two, since it costs as much
     * @throws IllegalArgumentException when the scratch is too small for the format
     */
    public PageTableWalk(PageTableWalker walker, int scratchBytes, long entryBudget) {
        this.format = walker.compiled();
        this.canonical = new CanonicalRanges(format.format);
        this.slices = new TableSlices(walker, scratchBytes);
        this.report = new WalkReport(format.wide);
        this.entryBudget = format.wide ? entryBudget / 2 : entryBudget;
        tables = new TableInWalk[format.depth];
        for (int depth = 0; depth < format.depth; depth++) {
            tables[depth] = new TableInWalk(format.levels[depth], depth);
        }
    }

    /** Tables, or parts of tables, that the last walk could not read. */
    public long unreadableTables() {
        return unreadableTables;
    }

    /** Walks the whole space. */
    public WalkEnd walk(AddressSpace.Tree tree, MappingSink sink) {
        return walk(tree, 0, 0, -1, -1, Holes.SKIP, sink);
    }

    /**
     * Walks a range of a space of at most 64 bits.
     *
     * @param tree the tables; of the walker's format
     * @param first first virtual address
     * @param last last virtual address, itself included
     */
    public WalkEnd walk(AddressSpace.Tree tree, long first, long last, Holes holes, MappingSink sink) {
        return walk(tree, 0, first, 0, last, holes, sink);
    }

    /**
     * Walks a range of a space of up to 128 bits. Of a range whose end lies before its start nothing is walked.
     *
     * @param tree the tables; of the walker's format
     * @param firstUpper bits 64 to 127 of the first virtual address
     * @param first its low 64 bits
     * @param lastUpper bits 64 to 127 of the last virtual address
     * @param last its low 64 bits; the address itself is included
     */
    public WalkEnd walk(
            AddressSpace.Tree tree,
            long firstUpper,
            long first,
            long lastUpper,
            long last,
            Holes holes,
            MappingSink sink) {
        entriesLeft = entryBudget;
        outOfBudget = false;
        unreadableTables = 0;
        slices.forget();
        // Nothing lies above a 64-bit space.
        this.lastUpper = format.wide ? lastUpper : 0;
        this.last = format.wide || lastUpper == 0 ? last : -1;
        report.begin(sink, holes);
        try {
            walkCanonical(tree, firstUpper, first);
        } finally {
            report.end();
        }
        if (report.stopped()) {
            return WalkEnd.STOPPED;
        }
        return outOfBudget ? WalkEnd.OUT_OF_BUDGET : WalkEnd.COMPLETE;
    }

    private boolean walkCanonical(AddressSpace.Tree tree, long firstUpper, long first) {
        TableInWalk root = tables[0];
        long atUpper = firstUpper;
        long at = first;
        for (int range = 0; range < canonical.count; range++) {
            if (WideWord.compare(atUpper, at, canonical.lastUpper[range], canonical.last[range]) > 0) {
                continue;
            }
            if (WideWord.compare(lastUpper, last, canonical.firstUpper[range], canonical.first[range]) < 0) {
                break;
            }
            if (WideWord.compare(atUpper, at, canonical.firstUpper[range], canonical.first[range]) < 0) {
                if (!notCanonical(atUpper, at, canonical.first[range] - at)) {
                    return false;
                }
                atUpper = canonical.firstUpper[range];
                at = canonical.first[range];
            }
            boolean whole = WideWord.compare(canonical.lastUpper[range], canonical.last[range], lastUpper, last) <= 0;
            long toUpper = whole ? canonical.lastUpper[range] : lastUpper;
            long to = whole ? canonical.last[range] : last;
            if (WideWord.compare(atUpper, at, toUpper, to) > 0) {
                return true;
            }
            root.enter(tree.rootUpper(), tree.root(), 0);
            root.range(atUpper, at, toUpper, to);
            if (!table(root)) {
                return false;
            }
            at = to + 1;
            atUpper = at == 0 ? toUpper + 1 : toUpper;
            if (at == 0 && (atUpper == 0 || !format.wide)) {
                return true;
            }
        }
        boolean more = WideWord.compare(atUpper, at, lastUpper, last) <= 0;
        return !more || notCanonical(atUpper, at, last - at + 1);
    }

    private boolean notCanonical(long upper, long start, long length) {
        return report.missing(upper, start, length, Fault.NOT_CANONICAL, format.last.number);
    }

    /** Walks the part of one table that its range needs, as many entries at a time as the level's slice holds. */
    private boolean table(TableInWalk table) {
        int capacity = slices.capacity(table.depth);
        int lastIndex = table.lastIndex;
        for (int index = table.firstIndex; index <= lastIndex; index += capacity) {
            if (!slice(table, index, Math.min(capacity, lastIndex - index + 1))) {
                return false;
            }
        }
        return true;
    }

    /** Walks neighbouring entries of one table that fit the level's slice. */
    private boolean slice(TableInWalk table, int index, int count) {
        if (entriesLeft < count) {
            outOfBudget = true;
            long upper = table.startUpper(index);
            long start = table.start(index);
            long length = WideWord.length(upper, start, lastUpper, last);
            report.missing(upper, start, length, Fault.LOOP_BUDGET, table.level.number);
            return false;
        }
        entriesLeft -= count;
        long address = table.entryAddress(index, format.entryShift);
        int words = table.level == format.last ? slices.fetched(table.upper, address, count) : -1;
        if (words < 0) {
            switch (slices.load(table.depth, table.upper, address, count)) {
                case WHOLE -> words = slices.start(table.depth);
                case NOTHING -> {
                    return unreadable(table, index, count);
                }
                case PARTLY -> {
                    return halves(table, index, count);
                }
            }
        }
        return format.wide ? wideEntries(table, words, index, count) : entries(table, words, index, count);
    }

    private boolean unreadable(TableInWalk table, int index, int count) {
        unreadableTables++;
        int end = index + count - 1;
        long upper = table.startUpper(index);
        long start = table.start(index);
        long length = WideWord.length(upper, start, table.endUpper(end), table.end(end));
        return report.missing(upper, start, length, Fault.TABLE_UNREADABLE, table.level.number);
    }

    /** Finds out which entries of a slice can be read by asking for its halves. */
    private boolean halves(TableInWalk table, int index, int count) {
        if (count == 1) {
            return unreadable(table, index, count);
        }
        int half = count / 2;
        return slice(table, index, half) && slice(table, index + half, count - half);
    }

    /** The entries of a loaded slice in a space of 64 bits. */
    private boolean entries(TableInWalk table, int words, int index, int count) {
        long[] loaded = slices.words;
        boolean skipsZeros = !report.wantsAbsent() && table.level.match(0) == null;
        int i = 0;
        while (i < count) {
            if (skipsZeros && loaded[words + i] == 0) {
                i++;
            } else {
                i = entriesUpToZero(table, words, index, i, count, skipsZeros);
                if (i < 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * The entries of a slice from one on. Returns the first that is 0, where those are to be skipped; the end of the slice
     * when there is none, and -1 when the walk is over.
     */
    private int entriesUpToZero(TableInWalk table, int words, int index, int from, int count, boolean skipsZeros) {
        CompiledLevel level = table.level;
        CompiledRule usual = level.page;
        long[] loaded = slices.words;
        int flags = table.flags;
        boolean wantsAbsent = report.wantsAbsent();
        long span = 1L << level.shift;
        long end = table.end(index + count - 1);
        long at = table.start(index + from);
        for (int i = from; i < count; i++) {
            long entry = loaded[words + i];
            long entryEnd = i == count - 1 ? end : at | (span - 1);
            boolean goOn;
            if ((entry & usual.mask) == usual.value) {
                if (i < count - 1 && report.isClear()) {
                    int next = usualPages(usual, flags, words, i, count - 1, at, span);
                    if (next < 0) {
                        return -1;
                    }
                    at = entryEnd + 1 + (next - i - 1) * span;
                    i = next - 1;
                    continue;
                }
                long physical = usual.physical(entry) | (at & usual.offsetMask);
                int type = usual.flags.combined(entry, flags);
                goOn = report.mapping(at, physical, entryEnd - at + 1, type, usual.offsetMask + 1);
            } else if (entry == 0 && skipsZeros) {
                return i;
            } else {
                CompiledRule rule = level.match(entry);
                goOn = rule == null
                        ? !wantsAbsent || report.missing(0, at, entryEnd - at + 1, Fault.NOT_PRESENT, level.number)
                        : unusual(table, rule, words, index, i, count, at, entryEnd);
            }
            if (!goOn) {
                return -1;
            }
            at = entryEnd + 1;
        }
        return count;
    }

    /**
     * The usual pages from an entry on, which is one, while no hole waits to be reported: the one loop all time goes to. It
     * calls nothing but the sink, so that compiled code looks up what does not change once. Returns the first entry that is
     * no usual page, or the end; -1 when the walk is over.
     */
    private int usualPages(CompiledRule usual, int flags, int words, int from, int end, long start, long span) {
        MappingSink sink = report.sink();
        long[] loaded = slices.words;
        long offsetMask = usual.offsetMask;
        // Neighbours mostly say the same of their pages.
        long typeBits = usual.flags.plainMask;
        long knownBits = loaded[words + from] & typeBits;
        int type = usual.flags.combined(loaded[words + from], flags);
        long at = start;
        for (int i = from; i < end; i++) {
            long entry = loaded[words + i];
            if ((entry & usual.mask) != usual.value) {
                return i;
            }
            if ((entry & typeBits) != knownBits) {
                knownBits = entry & typeBits;
                type = usual.flags.combined(entry, flags);
            }
            long entryEnd = at | (span - 1);
            long physical = usual.physical(entry) | (at & offsetMask);
            if (!sink.mapping(at, physical, entryEnd - at + 1, type, offsetMask + 1)) {
                report.stop();
                return -1;
            }
            at = entryEnd + 1;
        }
        return end;
    }

    /** An entry that is present but not the level's usual page. */
    private boolean unusual(
            TableInWalk table, CompiledRule rule, int words, int index, int i, int count, long at, long entryEnd) {
        long entry = slices.words[words + i];
        return switch (rule.kind) {
            case PAGE -> {
                int type = rule.flags.combined(entry, table.flags);
                long physical = rule.physical(entry) | (at & rule.offsetMask);
                yield report.mapping(at, physical, entryEnd - at + 1, type, rule.offsetMask + 1);
            }
            case TABLE -> {
                if (slices.fetchesAhead() && table.depth == format.depth - 2) {
                    fetchAhead(table, words, index, i, count);
                }
                TableInWalk below = tables[table.depth + 1];
                below.enter(0, rule.physical(entry), table.flags | rule.flags.of(entry));
                below.range(0, at, 0, entryEnd);
                yield table(below);
            }
            case RESERVED -> report.missing(0, at, entryEnd - at + 1, Fault.RESERVED_BITS, table.level.number);
        };
    }

    /** Fetches the tables of the last level that this and the next entries name, unless the first one is there already. */
    private void fetchAhead(TableInWalk table, int words, int index, int from, int count) {
        TableInWalk below = tables[table.depth + 1];
        boolean first = true;
        for (int i = from; i < count && !(slices.isFull() && !first); i++) {
            long entry = slices.words[words + i];
            CompiledRule rule = table.level.match(entry);
            if (rule == null || rule.kind != EntryRule.Kind.TABLE) {
                continue;
            }
            below.enter(0, rule.physical(entry), 0);
            below.range(0, table.start(index + i), 0, table.end(index + i));
            int entries = Math.min(slices.capacity(below.depth), below.lastIndex - below.firstIndex + 1);
            long address = below.entryAddress(below.firstIndex, format.entryShift);
            if (first) {
                if (slices.fetched(0, address, entries) >= 0) {
                    return;
                }
                slices.forget();
                first = false;
            }
            slices.plan(0, address, entries);
        }
        slices.fetch();
    }

    /** The entries of a loaded slice of 16-byte entries, or of a space wider than 64 bits. */
    private boolean wideEntries(TableInWalk table, int words, int index, int count) {
        for (int i = 0; i < count; i++) {
            int word = words + i * slices.entryWords;
            long entry = slices.words[word];
            long high = slices.entryWords == 2 ? slices.words[word + 1] : 0;
            CompiledRule rule = table.level.match(entry);
            if (!wideEntry(table, index + i, rule, entry, rule == null ? 0 : high & rule.upperMask)) {
                return false;
            }
        }
        return true;
    }

    private boolean wideEntry(
            TableInWalk table, int index, @Nullable CompiledRule rule, long entry, long physicalUpper) {
        long atUpper = table.startUpper(index);
        long at = table.start(index);
        long length = WideWord.length(atUpper, at, table.endUpper(index), table.end(index));
        if (rule == null) {
            return report.missing(atUpper, at, length, Fault.NOT_PRESENT, table.level.number);
        }
        return switch (rule.kind) {
            case PAGE -> {
                int type = rule.flags.combined(entry, table.flags);
                long physical = rule.physical(entry) | (at & rule.offsetMask);
                yield report.uppers(atUpper, physicalUpper)
                        && report.mapping(at, physical, length, type, rule.offsetMask + 1);
            }
            case TABLE -> {
                TableInWalk below = tables[table.depth + 1];
                below.enter(physicalUpper, rule.physical(entry), table.flags | rule.flags.of(entry));
                below.range(atUpper, at, table.endUpper(index), table.end(index));
                yield table(below);
            }
            case RESERVED -> report.missing(atUpper, at, length, Fault.RESERVED_BITS, table.level.number);
        };
    }
}
