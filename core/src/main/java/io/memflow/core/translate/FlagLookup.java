package io.memflow.core.translate;

import io.memflow.core.paging.EntryFlag;
import java.util.List;

/**
 * What an entry's bits say of the pages below it, as a table: the bits that matter are gathered from two fields of the
 * entry. Immutable.
 */
final class FlagLookup {
    /** More bits than this would make the table larger than what it saves. */
    private static final int MOST_BITS = 12;

    /** An entry whose bits under this mask equal {@link #plainValue} has no flags at all. */
    final long plainMask;

    final long plainValue;

    private final List<EntryFlag> flags;
    private final int lowShift;
    private final int lowMask;
    private final int highShift;
    private final int highMask;
    /** Flags by the gathered bits; empty where there would be too many. */
    private final int[] table;
    /** The same, combined as if no other entry of the walk said anything. */
    private final int[] combined;

    FlagLookup(List<EntryFlag> flags) {
        this.flags = flags;
        long bits = 0;
        long contrary = 0;
        for (EntryFlag flag : flags) {
            bits |= flag.mask();
            contrary |= flag.mask() & ~flag.value();
        }
        plainMask = bits;
        // Every single-bit flag is absent when its bit is the other way round; where bits have flags both ways none is
        // plain.
        plainValue = joined(contrary) == 0 ? contrary : ~bits;
        int first = bits == 0 ? 0 : Long.numberOfTrailingZeros(bits);
        int end = Long.SIZE - Long.numberOfLeadingZeros(bits);
        int gapStart = end;
        int gapEnd = end;
        int previous = first;
        for (int bit = first + 1; bit < end; bit++) {
            if (((bits >>> bit) & 1) != 0) {
                if (bit - previous - 1 > gapEnd - gapStart) {
                    gapStart = previous + 1;
                    gapEnd = bit;
                }
                previous = bit;
            }
        }
        int lowBits = gapStart - first;
        int highBits = end - gapEnd;
        if (lowBits + highBits > MOST_BITS) {
            lowShift = 0;
            lowMask = 0;
            highShift = 0;
            highMask = 0;
            table = new int[0];
            combined = table;
            return;
        }
        lowShift = first;
        lowMask = (1 << lowBits) - 1;
        highShift = highBits == 0 ? 0 : gapEnd - lowBits;
        highMask = ((1 << highBits) - 1) << lowBits;
        table = new int[1 << (lowBits + highBits)];
        combined = new int[table.length];
        for (int index = 0; index < table.length; index++) {
            long low = (long) (index & lowMask) << first;
            long high = highBits == 0 ? 0 : (long) (index >>> lowBits) << gapEnd;
            table[index] = joined(low | high);
            combined[index] = PageFlags.combine(table[index]);
        }
    }

    private int joined(long entry) {
        int joined = 0;
        // By index: an iterator would be garbage for every entry that is looked at.
        for (int i = 0; i < flags.size(); i++) {
            EntryFlag flag = flags.get(i);
            joined |= (entry & flag.mask()) == flag.value() ? flag.pageType() : 0;
        }
        return joined;
    }

    /** What an entry says. */
    int of(long entry) {
        if (table.length == 0) {
            return joined(entry);
        }
        return table[index(entry) & (table.length - 1)];
    }

    /** What an entry and those above it say together. */
    int combined(long entry, int above) {
        if (above == 0 && combined.length != 0) {
            return combined[index(entry) & (combined.length - 1)];
        }
        return PageFlags.combine(above | of(entry));
    }

    private int index(long entry) {
        int low = (int) (entry >>> lowShift) & lowMask;
        int high = (int) (entry >>> highShift) & highMask;
        return low | high;
    }
}
