package io.memflow.core.translate;

import io.memflow.core.memory.Fault;

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
     * Table entries a walk looks at unless asked otherwise: those of tables that map 512 GiB in pages of 4 KiB.
     */
    public static final long DEFAULT_ENTRY_BUDGET = 1L << 27;

    /** Whether a walk reports ranges that are merely not present. */
    public enum Holes {
        SKIP,
        REPORT
    }

    private static final MappingSink NOWHERE = (virtual, physical, length, pageType, pageSize) -> false;

    private final CompiledFormat format;
    private final CanonicalRanges canonical;
    private final TableSlices slices;
    private final long entryBudget;
    private final boolean wide;

    private MappingSink sink = NOWHERE;
    private Holes holes = Holes.SKIP;
    private long entriesLeft;
    private WalkEnd end = WalkEnd.COMPLETE;
    private long unreadableTables;
    private long lastUpper;
    private long last;

    // A run of absent addresses that is not reported yet, because the next may continue it.
    private Fault holeCause = Fault.NONE;
    private int holeLevel;
    private long holeUpper;
    private long holeStart;
    private long holeLength;

    private long toldVirtualUpper;
    private long toldPhysicalUpper;

    /** A walk with the default scratch and budget. */
    public PageTableWalk(PageTableWalker walker) {
        this(walker, DEFAULT_SCRATCH_BYTES, DEFAULT_ENTRY_BUDGET);
    }

    /**
     * @param walker the tables' memory and format
     * @param scratchBytes room to copy tables into: 512 bytes for each level and one more at least
     * @param entryBudget table entries after which the walk ends
     * @throws IllegalArgumentException when the scratch is too small for the format
     */
    public PageTableWalk(PageTableWalker walker, int scratchBytes, long entryBudget) {
        this.format = walker.compiled();
        this.canonical = new CanonicalRanges(format.format);
        this.slices = new TableSlices(walker, scratchBytes);
        this.entryBudget = entryBudget;
        this.wide = format.format.isWide();
    }

    /** Tables, or parts of tables, that the last walk could not read. */
    public long unreadableTables() {
        return unreadableTables;
    }

    /** Walks the whole space. */
    public WalkEnd walk(AddressSpace.Tree tree, MappingSink target) {
        return walk(tree, 0, 0, -1, -1, Holes.SKIP, target);
    }

    /**
     * Walks a range of a space of at most 64 bits.
     *
     * @param tree the tables; of the walker's format
     * @param first first virtual address
     * @param last last virtual address, itself included
     */
    public WalkEnd walk(AddressSpace.Tree tree, long first, long last, Holes report, MappingSink target) {
        return walk(tree, 0, first, 0, last, report, target);
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
            Holes report,
            MappingSink target) {
        sink = target;
        holes = report;
        entriesLeft = entryBudget;
        end = WalkEnd.COMPLETE;
        unreadableTables = 0;
        holeCause = Fault.NONE;
        toldVirtualUpper = 0;
        toldPhysicalUpper = 0;
        slices.forget();
        // Nothing lies above a 64-bit space.
        this.lastUpper = wide ? lastUpper : 0;
        this.last = wide || lastUpper == 0 ? last : -1;
        try {
            boolean goOn = walkCanonical(tree, firstUpper, first);
            if (goOn || end == WalkEnd.OUT_OF_BUDGET) {
                flushHole();
            }
        } finally {
            sink = NOWHERE;
        }
        return end;
    }

    private boolean walkCanonical(AddressSpace.Tree tree, long firstUpper, long first) {
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
                if (!hole(atUpper, at, canonical.first[range] - at, Fault.NOT_CANONICAL, format.depth)) {
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
            if (!table(0, tree.rootUpper(), tree.root(), atUpper, at, toUpper, to, 0)) {
                return false;
            }
            at = to + 1;
            atUpper = at == 0 ? toUpper + 1 : toUpper;
            if (at == 0 && (atUpper == 0 || !wide)) {
                return true;
            }
        }
        if (WideWord.compare(atUpper, at, lastUpper, last) <= 0) {
            return hole(atUpper, at, last - at + 1, Fault.NOT_CANONICAL, format.depth);
        }
        return true;
    }

    /** Walks the part of one table that serves a range which lies inside what the table spans. */
    private boolean table(
            int level, long upper, long table, long fromUpper, long from, long toUpper, long to, int flags) {
        int shift = format.levels[level].shift;
        int firstIndex = (int) (WideWord.bitsFrom(fromUpper, from, shift) & format.levels[level].indexMask);
        int lastIndex = (int) (WideWord.bitsFrom(toUpper, to, shift) & format.levels[level].indexMask);
        int capacity = slices.capacity(level);
        int index = firstIndex;
        long atUpper = fromUpper;
        long at = from;
        while (true) {
            int count = Math.min(capacity, lastIndex - index + 1);
            boolean lastSlice = index + count > lastIndex;
            long endUpper = lastSlice ? toUpper : lastOfUpper(level, fromUpper, index + count - 1);
            long endLower = lastSlice ? to : lastOf(level, from, index + count - 1);
            if (!slice(level, upper, table, index, count, atUpper, at, endUpper, endLower, flags)) {
                return false;
            }
            if (lastSlice) {
                return true;
            }
            index += count;
            at = endLower + 1;
            atUpper = at == 0 ? endUpper + 1 : endUpper;
        }
    }

    /** Bits 64 to 127 of the last virtual address that an entry of a table serves, the table serving {@code any} too. */
    private long lastOfUpper(int level, long any, long index) {
        int shift = format.levels[level].shift;
        long table = any & WideWord.upperMaskFrom(shift + format.levels[level].indexBits);
        return table | WideWord.upperOfShifted(index, shift) | ~WideWord.upperMaskFrom(shift);
    }

    /** Bits 0 to 63 of the same. */
    private long lastOf(int level, long any, long index) {
        int shift = format.levels[level].shift;
        long table = any & WideWord.lowerMaskFrom(shift + format.levels[level].indexBits);
        return table | WideWord.lowerOfShifted(index, shift) | ~WideWord.lowerMaskFrom(shift);
    }

    /** Walks neighbouring entries of one table that fit the level's slice. */
    private boolean slice(
            int level,
            long upper,
            long table,
            int index,
            int count,
            long fromUpper,
            long from,
            long toUpper,
            long to,
            int flags) {
        if (entriesLeft < count) {
            end = WalkEnd.OUT_OF_BUDGET;
            hole(fromUpper, from, length(fromUpper, from, lastUpper, last), Fault.LOOP_BUDGET, format.depth - level);
            return false;
        }
        entriesLeft -= count;
        long address = table + ((long) index << format.entryShift);
        int words = level == format.depth - 1 ? slices.fetched(upper, address, count) : -1;
        if (words < 0) {
            switch (slices.load(level, upper, address, count)) {
                case WHOLE -> words = slices.start(level);
                case NOTHING -> {
                    unreadableTables++;
                    return hole(
                            fromUpper,
                            from,
                            length(fromUpper, from, toUpper, to),
                            Fault.TABLE_UNREADABLE,
                            format.depth - level);
                }
                case PARTLY -> {
                    return halves(level, upper, table, index, count, fromUpper, from, toUpper, to, flags);
                }
            }
        }
        return wide
                ? wideEntries(level, words, index, count, fromUpper, from, toUpper, to, flags)
                : entries(level, words, count, from, to, flags);
    }

    /** Finds out which entries of a slice can be read by asking for its halves. */
    private boolean halves(
            int level,
            long upper,
            long table,
            int index,
            int count,
            long fromUpper,
            long from,
            long toUpper,
            long to,
            int flags) {
        if (count == 1) {
            unreadableTables++;
            return hole(
                    fromUpper,
                    from,
                    length(fromUpper, from, toUpper, to),
                    Fault.TABLE_UNREADABLE,
                    format.depth - level);
        }
        int half = count / 2;
        long middleUpper = lastOfUpper(level, fromUpper, index + half - 1);
        long middle = lastOf(level, from, index + half - 1);
        long next = middle + 1;
        long nextUpper = next == 0 ? middleUpper + 1 : middleUpper;
        return slice(level, upper, table, index, half, fromUpper, from, middleUpper, middle, flags)
                && slice(level, upper, table, index + half, count - half, nextUpper, next, toUpper, to, flags);
    }

    /** The entries of a loaded slice in a space of 64 bits: the one loop all time goes to. */
    private boolean entries(int index, int words, int count, long from, long to, int flags) {
        CompiledLevel level = format.levels[index];
        CompiledRule usual = level.page;
        long[] loaded = slices.words;
        MappingSink target = sink;
        boolean reportHoles = holes == Holes.REPORT;
        long span = 1L << level.shift;
        long pageSize = usual.offsetMask + 1;
        long at = from;
        for (int i = 0; i < count; i++) {
            long entry = loaded[words + i];
            long entryLast = i == count - 1 ? to : at | (span - 1);
            boolean goOn;
            if ((entry & usual.mask) == usual.value && holeCause == Fault.NONE) {
                long physical = usual.physical(entry) | (at & usual.offsetMask);
                int type = usual.flags.combined(entry, flags);
                goOn = target.mapping(at, physical, entryLast - at + 1, type, pageSize) || stop();
            } else {
                CompiledRule rule = level.match(entry);
                if (rule == null) {
                    goOn = !reportHoles || hole(0, at, entryLast - at + 1, Fault.NOT_PRESENT, level.number);
                } else {
                    if (rule.kind == EntryRule.Kind.TABLE && index == format.depth - 2 && slices.fetchesAhead()) {
                        fetchAhead(index, words, i, count, at, entryLast, to);
                    }
                    goOn = entry(index, rule, entry, at, entryLast, flags);
                }
            }
            if (!goOn) {
                return false;
            }
            at = entryLast + 1;
        }
        return true;
    }

    private boolean entry(int index, CompiledRule rule, long entry, long at, long entryLast, int flags) {
        return switch (rule.kind) {
            case PAGE -> page(rule, entry, at, entryLast, flags);
            case TABLE -> table(index + 1, 0, rule.physical(entry), 0, at, 0, entryLast, flags | rule.flags.of(entry));
            case RESERVED -> hole(0, at, entryLast - at + 1, Fault.RESERVED_BITS, format.depth - index);
        };
    }

    private boolean page(CompiledRule rule, long entry, long at, long entryLast, int flags) {
        if (!flushHole()) {
            return false;
        }
        int type = rule.flags.combined(entry, flags);
        long physical = rule.physical(entry) | (at & rule.offsetMask);
        return sink.mapping(at, physical, entryLast - at + 1, type, rule.offsetMask + 1) || stop();
    }

    private boolean stop() {
        end = WalkEnd.STOPPED;
        return false;
    }

    /** Fetches the tables of the last level that this and the next entries name, unless the first one is there already. */
    private void fetchAhead(int level, int words, int index, int count, long at, long entryLast, long to) {
        CompiledLevel lowest = format.last;
        long span = 1L << format.levels[level].shift;
        long from = at;
        long end = entryLast;
        boolean first = true;
        for (int i = index; i < count; i++) {
            long entry = slices.words[words + i];
            CompiledRule rule = format.levels[level].match(entry);
            if (rule != null && rule.kind == EntryRule.Kind.TABLE) {
                int firstIndex = (int) ((from >>> lowest.shift) & lowest.indexMask);
                int lastIndex = (int) ((end >>> lowest.shift) & lowest.indexMask);
                int entries = Math.min(slices.capacity(level + 1), lastIndex - firstIndex + 1);
                long address = rule.physical(entry) + ((long) firstIndex << format.entryShift);
                if (first && slices.fetched(0, address, entries) >= 0) {
                    return;
                }
                if (first) {
                    slices.forget();
                    first = false;
                }
                slices.plan(0, address, entries);
                if (slices.isFull()) {
                    break;
                }
            }
            from = end + 1;
            end = i + 1 == count - 1 ? to : from | (span - 1);
        }
        slices.fetch();
    }

    /** The entries of a loaded slice of 16-byte entries, or of a space wider than 64 bits. */
    private boolean wideEntries(
            int level, int words, int index, int count, long fromUpper, long from, long toUpper, long to, int flags) {
        long atUpper = fromUpper;
        long at = from;
        for (int i = 0; i < count; i++) {
            long entry = slices.words[words + i * slices.entryWords];
            long high = slices.entryWords == 2 ? slices.words[words + i * 2 + 1] : 0;
            long entryLastUpper = i == count - 1 ? toUpper : lastOfUpper(level, atUpper, index + i);
            long entryLast = i == count - 1 ? to : lastOf(level, at, index + i);
            CompiledRule rule = format.levels[level].match(entry);
            boolean goOn;
            if (rule == null) {
                goOn = hole(
                        atUpper,
                        at,
                        length(atUpper, at, entryLastUpper, entryLast),
                        Fault.NOT_PRESENT,
                        format.depth - level);
            } else {
                long physicalUpper = high & rule.upperMask;
                goOn = switch (rule.kind) {
                    case PAGE -> tellUpper(atUpper, physicalUpper) && page(rule, entry, at, entryLast, flags);
                    case TABLE -> {
                        long named = rule.physical(entry);
                        int below = flags | rule.flags.of(entry);
                        yield table(level + 1, physicalUpper, named, atUpper, at, entryLastUpper, entryLast, below);
                    }
                    case RESERVED ->
                        hole(
                                atUpper,
                                at,
                                length(atUpper, at, entryLastUpper, entryLast),
                                Fault.RESERVED_BITS,
                                format.depth - level);
                };
            }
            if (!goOn) {
                return false;
            }
            at = entryLast + 1;
            atUpper = at == 0 ? entryLastUpper + 1 : entryLastUpper;
        }
        return true;
    }

    private boolean tellUpper(long virtual, long physical) {
        if (!flushHole()) {
            return false;
        }
        if (virtual != toldVirtualUpper || physical != toldPhysicalUpper) {
            toldVirtualUpper = virtual;
            toldPhysicalUpper = physical;
            sink.upper(virtual, physical);
        }
        return true;
    }

    /** Bytes from one address to another, itself included; 0 where that is 2^64 or more. */
    private static long length(long fromUpper, long from, long toUpper, long to) {
        long borrow = Long.compareUnsigned(to, from) < 0 ? 1 : 0;
        return toUpper - fromUpper == borrow ? to - from + 1 : 0;
    }

    /** Notes addresses that are not mapped; joins them with the run before where they continue it. */
    private boolean hole(long upper, long start, long length, Fault cause, int level) {
        boolean merelyAbsent = cause == Fault.NOT_PRESENT || cause == Fault.NOT_CANONICAL;
        if (merelyAbsent && holes == Holes.SKIP) {
            return true;
        }
        boolean continues = holeCause == cause
                && holeLevel == level
                && holeUpper == upper
                && holeLength != 0
                && length != 0
                && holeStart + holeLength == start;
        if (continues) {
            holeLength += length;
            return true;
        }
        boolean goOn = flushHole();
        holeCause = cause;
        holeLevel = level;
        holeUpper = upper;
        holeStart = start;
        holeLength = length;
        return goOn;
    }

    private boolean flushHole() {
        if (holeCause == Fault.NONE) {
            return true;
        }
        Fault cause = holeCause;
        holeCause = Fault.NONE;
        if (wide && holeUpper != toldVirtualUpper) {
            toldVirtualUpper = holeUpper;
            sink.upper(holeUpper, toldPhysicalUpper);
        }
        return sink.missing(holeStart, holeLength, cause, holeLevel) || stop();
    }
}
