package io.memflow.core.translate;

import io.memflow.core.memory.Fault;

/**
 * Translates lists whose tables lie in mapped memory. An address takes up the walk of the one before it at the lowest
 * table they share, so that neighbours cost one table entry each and addresses in one gigabyte two. Stateless: the way to
 * the last address is kept in the list.
 */
final class DirectListTranslator {
    private DirectListTranslator() {}

    /** Translates every address of a list in a format of at most 64 bits. */
    static void translate(CompiledFormat format, DirectTables tables, long root, TranslationList list) {
        list.startPath(root);
        int done = 0;
        while (done < list.size) {
            try {
                done = alongLastTables(format, tables, list, done);
                if (done < list.size) {
                    fromSharedTable(format, tables, list, done);
                    done++;
                }
            } catch (InternalError pageNotThere) {
                // The JVM's answer to SIGBUS: the mapped file became shorter. Only the address in work is affected.
                list.end(list.inWork, Fault.TABLE_UNREADABLE, format.last.number, format.last.shift, 0);
                list.startPath(root);
                done = list.inWork + 1;
            }
        }
    }

    /**
     * Translates from one address on for as long as each shares the table before the last with the one before it and meets
     * nothing but the usual forms of entries. Returns the first address for which that does not hold.
     */
    private static int alongLastTables(CompiledFormat format, DirectTables tables, TranslationList list, int from) {
        int before = format.depth - 2;
        if (before < 0 || list.pathKnown < before) {
            return from;
        }
        CompiledLevel upper = format.levels[before];
        CompiledLevel lower = format.last;
        CompiledRule names = upper.table;
        CompiledRule maps = lower.page;
        int entryShift = format.entryShift;
        int upperShift = upper.shift;
        int prefixShift = upperShift + upper.indexBits;
        int lowerShift = lower.shift;
        long lowerMask = lower.indexMask;
        long pageMask = maps.offsetMask;
        long[] virtuals = list.virtuals;
        long[] physicals = list.physicals;
        int[] outcomes = list.outcomes;
        long upperTable = list.pathTables[before];
        int upperFlags = list.pathFlags[before];
        boolean lowerKnown = list.pathKnown > before;
        long lowerTable = lowerKnown ? list.pathTables[before + 1] : 0;
        int lowerFlags = lowerKnown ? list.pathFlags[before + 1] : 0;
        long last = list.pathVirtual;
        int i = from;
        for (; i < list.size; i++) {
            long virtual = virtuals[i];
            long differs = virtual ^ last;
            list.inWork = i;
            if (!lowerKnown || differs >>> upperShift != 0) {
                // A shift of 64 or more would wrap around.
                if (prefixShift < Long.SIZE && differs >>> prefixShift != 0) {
                    break;
                }
                long address = upperTable + (((virtual >>> upperShift) & upper.indexMask) << entryShift);
                if (!tables.holds(address)) {
                    break;
                }
                long entry = tables.entry(address);
                if ((entry & names.mask) != names.value) {
                    break;
                }
                lowerTable = names.physical(entry);
                lowerFlags = upperFlags | names.flags.of(entry);
                lowerKnown = true;
            }
            last = virtual;
            long address = lowerTable + (((virtual >>> lowerShift) & lowerMask) << entryShift);
            if (!tables.holds(address)) {
                break;
            }
            long entry = tables.entry(address);
            if ((entry & maps.mask) != maps.value) {
                break;
            }
            physicals[i] = maps.physical(entry) | (virtual & pageMask);
            outcomes[i] = maps.outcome | maps.flags.combined(entry, lowerFlags);
        }
        list.pathVirtual = last;
        if (lowerKnown) {
            list.pathTables[before + 1] = lowerTable;
            list.pathFlags[before + 1] = lowerFlags;
        }
        list.pathKnown = lowerKnown ? before + 1 : before;
        return i;
    }

    /** Translates any address, whatever its tables hold, starting at the lowest table that is known to serve it. */
    private static void fromSharedTable(CompiledFormat format, DirectTables tables, TranslationList list, int i) {
        list.inWork = i;
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
        while (true) {
            CompiledLevel level = format.levels[at];
            long address = list.pathTables[at] + (((virtual >>> level.shift) & level.indexMask) << format.entryShift);
            if (!tables.holds(address)) {
                list.end(i, Fault.TABLE_UNREADABLE, level.number, level.shift, 0);
                return;
            }
            long entry = tables.entry(address);
            CompiledRule rule = level.match(entry);
            if (rule == null || rule.kind == EntryRule.Kind.RESERVED) {
                list.end(i, rule == null ? Fault.NOT_PRESENT : Fault.RESERVED_BITS, level.number, level.shift, 0);
                return;
            }
            if (rule.kind == EntryRule.Kind.PAGE) {
                list.physicals[i] = rule.physical(entry) | (virtual & rule.offsetMask);
                list.outcomes[i] = rule.outcome | rule.flags.combined(entry, list.pathFlags[at]);
                return;
            }
            int flags = list.pathFlags[at] | rule.flags.of(entry);
            at++;
            list.pathTables[at] = rule.physical(entry);
            list.pathFlags[at] = flags;
            list.pathKnown = at;
        }
    }
}
