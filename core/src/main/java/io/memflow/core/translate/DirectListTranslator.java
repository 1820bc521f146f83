package io.memflow.core.translate;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MappedFaults;
import io.memflow.core.paging.EntryRule;
import org.jspecify.annotations.Nullable;

/**
 * Translates lists whose tables lie in mapped memory, in blocks of two short loops: the first finds the last table of each
 * address, the second its page. Short loops let the processor wait for many tables at once. Addresses that share the table
 * before the last (a gigabyte of them on x86) never look above it. Stateless: the way to the last address is kept in the
 * list.
 */
final class DirectListTranslator {
    /** Small enough that what the first loop leaves is still in the processor's first cache when the second comes. */
    private static final int BLOCK = 128;
    /** What no entries say together: flags are bits from 0 on. */
    private static final int UNKNOWN = -1;

    private DirectListTranslator() {}

    /** Translates every address of a list in a format of at most 64 bits. */
    static void translate(CompiledFormat format, DirectTables tables, long root, TranslationList list) {
        list.startPath(root, format.firstAddress);
        int done = 0;
        while (done < list.size) {
            int first = done;
            int end = Math.min(list.size, first + BLOCK);
            try {
                done = block(format, tables, list, first, end);
                MappedFaults.raise();
            } catch (InternalError pageNotThere) {
                // Address by address from the root: only so is it told which of them it hits, and at which level.
                for (done = first; done < end; done++) {
                    list.startPath(root, format.firstAddress);
                    fromSharedTable(format, tables, list, root, done);
                }
            }
            if (done < end) {
                fromSharedTable(format, tables, list, root, done);
                done++;
            }
        }
    }

    /** Translates addresses as long as they share the table before the last; returns the first that does not. */
    private static int block(CompiledFormat format, DirectTables tables, TranslationList list, int first, int end) {
        int found = lastTables(format, tables, list, first, end);
        int done = first;
        while (done < found) {
            done = pages(format, tables, list, done, found);
        }
        return done;
    }

    /**
     * Leaves the last table of each address in its place for the physical address, and what the entries above said in its
     * outcome, as long as addresses share the table before the last. An entry of that table that maps a large page ends
     * its address. Returns the first address that needs another look.
     */
    private static int lastTables(CompiledFormat format, DirectTables tables, TranslationList list, int from, int end) {
        int above = format.depth - 2;
        if (above < 0 || list.pathKnown < above) {
            return from;
        }
        CompiledLevel level = format.levels[above];
        CompiledRule names = level.table;
        CompiledRule large = level.page;
        int entryShift = format.entryShift;
        int shift = level.shift;
        long indexMask = level.indexMask;
        int prefixShift = shift + level.indexBits;
        // A shift by 64 or more would wrap around: then every address has the same prefix.
        long prefixMask = prefixShift < Long.SIZE ? -1L << prefixShift : 0;
        long prefix = list.pathVirtual & prefixMask;
        long table = list.pathTables[above];
        int flagsAbove = list.pathFlags[above];
        long plainMask = names.flags.plainMask;
        long plainValue = names.flags.plainValue;
        long[] virtuals = list.virtuals;
        long[] physicals = list.physicals;
        int[] outcomes = list.outcomes;
        long shared = ~(virtuals[from] >>> shift);
        long lastTable = 0;
        int lastFlags = 0;
        for (int i = from; i < end; i++) {
            long virtual = virtuals[i];
            if (virtual >>> shift == shared) {
                physicals[i] = lastTable;
                outcomes[i] = lastFlags;
                continue;
            }
            if ((virtual & prefixMask) != prefix) {
                return i;
            }
            long address = table + (((virtual >>> shift) & indexMask) << entryShift);
            if (!tables.holds(address)) {
                return i;
            }
            long entry = tables.entry(address);
            if ((entry & names.mask) != names.value) {
                if ((entry & large.mask) != large.value) {
                    return i;
                }
                physicals[i] = large.physical(entry) | (virtual & large.offsetMask);
                outcomes[i] = large.outcome | large.flags.combined(entry, flagsAbove);
                continue;
            }
            shared = virtual >>> shift;
            lastTable = names.physical(entry);
            lastFlags = (entry & plainMask) == plainValue ? flagsAbove : flagsAbove | names.flags.of(entry);
            physicals[i] = lastTable;
            outcomes[i] = lastFlags;
        }
        return end;
    }

    /** Translates addresses whose last table is known; returns the first not translated. */
    private static int pages(CompiledFormat format, DirectTables tables, TranslationList list, int from, int end) {
        CompiledLevel level = format.last;
        CompiledRule maps = level.page;
        int entryShift = format.entryShift;
        int shift = level.shift;
        long indexMask = level.indexMask;
        long offsetMask = maps.offsetMask;
        long[] virtuals = list.virtuals;
        long[] physicals = list.physicals;
        int[] outcomes = list.outcomes;
        // Neighbours mostly say the same of their pages.
        long typeBits = maps.flags.plainMask;
        long knownBits = 0;
        int knownAbove = UNKNOWN;
        int known = 0;
        int i = from;
        for (; i < end; i++) {
            if (TranslationList.isEnded(outcomes[i])) {
                continue;
            }
            long virtual = virtuals[i];
            long address = physicals[i] + (((virtual >>> shift) & indexMask) << entryShift);
            if (!tables.holds(address)) {
                break;
            }
            long entry = tables.entry(address);
            if ((entry & maps.mask) != maps.value) {
                break;
            }
            physicals[i] = maps.physical(entry) | (virtual & offsetMask);
            if ((entry & typeBits) != knownBits || outcomes[i] != knownAbove) {
                knownBits = entry & typeBits;
                knownAbove = outcomes[i];
                known = maps.outcome | maps.flags.combined(entry, knownAbove);
            }
            outcomes[i] = known;
        }
        if (i < end) {
            unusualEntry(format, tables, list, i);
        }
        return Math.min(i + 1, end);
    }

    /** Translates one address whose last table is known, whatever it holds. */
    private static void unusualEntry(CompiledFormat format, DirectTables tables, TranslationList list, int i) {
        CompiledLevel level = format.last;
        long virtual = list.virtuals[i];
        long address = list.physicals[i] + (((virtual >>> level.shift) & level.indexMask) << format.entryShift);
        if (!tables.holds(address)) {
            list.end(i, Fault.TABLE_UNREADABLE, level.number, level.shift, 0);
            return;
        }
        ends(list, i, level, level.match(tables.entry(address)), tables.entry(address), list.outcomes[i]);
    }

    /** Ends an address at an entry that names no table. */
    private static void ends(
            TranslationList list, int i, CompiledLevel level, @Nullable CompiledRule rule, long entry, int flags) {
        if (rule == null || rule.kind == EntryRule.Kind.RESERVED) {
            list.end(i, rule == null ? Fault.NOT_PRESENT : Fault.RESERVED_BITS, level.number, level.shift, 0);
        } else {
            list.physicals[i] = rule.physical(entry) | (list.virtuals[i] & rule.offsetMask);
            list.outcomes[i] = rule.outcome | rule.flags.combined(entry, flags);
        }
    }

    /** Translates any address, whatever its tables hold, starting at the lowest table that is known to serve it. */
    private static void fromSharedTable(
            CompiledFormat format, DirectTables tables, TranslationList list, long root, int i) {
        long virtual = list.virtuals[i];
        if (!format.format.isCanonical(virtual)) {
            list.end(i, Fault.NOT_CANONICAL, format.last.number, format.last.shift, 0);
            return;
        }
        long differs = virtual ^ list.pathVirtual;
        int at = list.pathKnown;
        while (at > 0 && differs >>> format.levels[at - 1].shift != 0) {
            at--;
        }
        list.pathVirtual = virtual;
        list.pathKnown = at;
        try {
            while (true) {
                CompiledLevel level = format.levels[at];
                long address =
                        list.pathTables[at] + (((virtual >>> level.shift) & level.indexMask) << format.entryShift);
                if (!tables.holds(address)) {
                    list.end(i, Fault.TABLE_UNREADABLE, level.number, level.shift, 0);
                    return;
                }
                long entry = tables.entry(address);
                MappedFaults.raise();
                CompiledRule rule = level.match(entry);
                if (rule == null || rule.kind != EntryRule.Kind.TABLE) {
                    ends(list, i, level, rule, entry, list.pathFlags[at]);
                    return;
                }
                int flags = list.pathFlags[at] | rule.flags.of(entry);
                at++;
                list.pathTables[at] = rule.physical(entry);
                list.pathFlags[at] = flags;
                list.pathKnown = at;
            }
        } catch (InternalError pageNotThere) {
            list.end(i, Fault.TABLE_UNREADABLE, format.levels[at].number, format.levels[at].shift, 0);
            list.startPath(root, format.firstAddress);
        }
    }
}
