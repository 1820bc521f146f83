package io.memflow.core.translate;

import io.memflow.core.address.PageType;

/** A {@link PagingFormat} laid out in arrays for the walkers. Immutable; levels and rules are numbered from the root on. */
final class CompiledFormat {
    /** More bits than this would make a look-up table larger than what it saves. */
    private static final int MOST_FLAG_BITS = 12;

    final PagingFormat format;
    final int depth;
    /** log2 of the bytes of an entry. */
    final int entryShift;

    final int[] shifts;
    final long[] indexMasks;
    /** First rule of each level; one more element than levels. */
    final int[] ruleStart;

    final EntryRule[] rules;
    final EntryRule.Kind[] kinds;
    final long[] masks;
    final long[] values;
    final long[] addressMasks;
    /** How far left the address bits of the first field rotate. */
    final int[] addressRotations;
    /** Bits of the address below the page's size; 0 for tables. */
    final long[] offsetMasks;

    private final boolean[] severalFields;
    private final int[] lowShifts;
    private final int[] lowMasks;
    private final int[] highShifts;
    private final int[] highMasks;
    /** Page-type flags by the gathered bits of an entry; empty where there would be too many. */
    private final int[][] flagTables;

    CompiledFormat(PagingFormat format) {
        this.format = format;
        depth = format.levels().size();
        entryShift = Integer.numberOfTrailingZeros(format.entryBytes());
        shifts = format.levels().stream().mapToInt(PagingLevel::shift).toArray();
        indexMasks = format.levels().stream()
                .mapToLong(level -> (1L << level.indexBits()) - 1)
                .toArray();
        ruleStart = new int[depth + 1];
        for (int level = 0; level < depth; level++) {
            ruleStart[level + 1] =
                    ruleStart[level] + format.levels().get(level).rules().size();
        }
        rules = format.levels().stream()
                .flatMap(level -> level.rules().stream())
                .toArray(EntryRule[]::new);
        int count = rules.length;
        kinds = new EntryRule.Kind[count];
        masks = new long[count];
        values = new long[count];
        addressMasks = new long[count];
        addressRotations = new int[count];
        offsetMasks = new long[count];
        severalFields = new boolean[count];
        lowShifts = new int[count];
        lowMasks = new int[count];
        highShifts = new int[count];
        highMasks = new int[count];
        flagTables = new int[count][];
        for (int rule = 0; rule < count; rule++) {
            compile(rule);
        }
    }

    private void compile(int rule) {
        EntryRule source = rules[rule];
        kinds[rule] = source.kind();
        masks[rule] = source.mask();
        values[rule] = source.value();
        offsetMasks[rule] = (1L << source.sizeBits()) - 1;
        severalFields[rule] = source.address().size() > 1;
        if (!source.address().isEmpty()) {
            AddressField first = source.address().getFirst();
            addressMasks[rule] = first.mask();
            addressRotations[rule] = first.shift();
        }
        long bits = 0;
        for (EntryFlag flag : source.flags()) {
            bits |= flag.mask();
        }
        flagTables[rule] = flagTable(rule, source, bits);
    }

    /** Splits the bits at their widest gap into two fields and tabulates what each value of both means. */
    private int[] flagTable(int rule, EntryRule source, long bits) {
        if (bits == 0) {
            return new int[] {joined(source, 0)};
        }
        int first = Long.numberOfTrailingZeros(bits);
        int last = Long.SIZE - 1 - Long.numberOfLeadingZeros(bits);
        int gapStart = last + 1;
        int gapEnd = last + 1;
        int previous = first;
        for (int bit = first + 1; bit <= last; bit++) {
            if (((bits >>> bit) & 1) != 0) {
                if (bit - previous > gapEnd - gapStart + 1) {
                    gapStart = previous + 1;
                    gapEnd = bit;
                }
                previous = bit;
            }
        }
        int lowBits = gapStart - first;
        int highBits = last + 1 - gapEnd;
        if (lowBits + highBits > MOST_FLAG_BITS) {
            return new int[0];
        }
        lowShifts[rule] = first;
        lowMasks[rule] = (1 << lowBits) - 1;
        highShifts[rule] = gapEnd - lowBits;
        highMasks[rule] = ((1 << highBits) - 1) << lowBits;
        int[] table = new int[1 << (lowBits + highBits)];
        for (int index = 0; index < table.length; index++) {
            long low = (long) (index & lowMasks[rule]) << first;
            long high = highBits == 0 ? 0 : (long) (index >>> lowBits) << gapEnd;
            table[index] = joined(source, low | high);
        }
        return table;
    }

    private static int joined(EntryRule rule, long entry) {
        int flags = 0;
        for (EntryFlag flag : rule.flags()) {
            flags |= (entry & flag.mask()) == flag.value() ? flag.pageType() : 0;
        }
        return flags;
    }

    /** The rule that an entry of a level follows, or -1 when it is not present. */
    int match(int level, long entry) {
        int end = ruleStart[level + 1];
        for (int rule = ruleStart[level]; rule < end; rule++) {
            if ((entry & masks[rule]) == values[rule]) {
                return rule;
            }
        }
        return -1;
    }

    /** The low 64 bits of the physical address that an entry holds. */
    long physical(int rule, long entry) {
        long first = Long.rotateLeft(entry & addressMasks[rule], addressRotations[rule]);
        return severalFields[rule] ? rules[rule].physical(entry) : first;
    }

    /** What an entry says of the pages below it. */
    int flags(int rule, long entry) {
        int[] table = flagTables[rule];
        if (table.length == 0) {
            return joined(rules[rule], entry);
        }
        int low = (int) (entry >>> lowShifts[rule]) & lowMasks[rule];
        int high = (int) (entry >>> highShifts[rule]) & highMasks[rule];
        int index = low | high;
        return table[index & (table.length - 1)];
    }

    /** What all entries of a walk say together: the stricter permission holds. */
    static int combine(int flags) {
        int notWritable = (flags >>> READ_ONLY_BIT) & 1;
        int notUser = (flags >>> SUPERVISOR_BIT) & 1;
        int userWrites = (flags >>> IF_USER_WRITABLE_BIT) & ~(notWritable | notUser) & 1;
        int joined = flags | (userWrites << PRIVILEGED_NO_EXECUTE_BIT);
        int nobodyExecutes = (joined >>> USER_NO_EXECUTE_BIT) & (joined >>> PRIVILEGED_NO_EXECUTE_BIT) & 1;
        int beaten = (notWritable << WRITABLE_BIT)
                | (notUser << USER_BIT)
                | EntryFlag.PRIVILEGED_NO_EXECUTE_IF_USER_WRITABLE;
        return (joined & ~beaten) | (nobodyExecutes << NO_EXECUTE_BIT);
    }

    private static final int IF_USER_WRITABLE_BIT =
            Integer.numberOfTrailingZeros(EntryFlag.PRIVILEGED_NO_EXECUTE_IF_USER_WRITABLE);
    private static final int READ_ONLY_BIT = Integer.numberOfTrailingZeros(PageType.READ_ONLY);
    private static final int WRITABLE_BIT = Integer.numberOfTrailingZeros(PageType.WRITABLE);
    private static final int SUPERVISOR_BIT = Integer.numberOfTrailingZeros(PageType.SUPERVISOR);
    private static final int USER_BIT = Integer.numberOfTrailingZeros(PageType.USER);
    private static final int NO_EXECUTE_BIT = Integer.numberOfTrailingZeros(PageType.NO_EXECUTE);
    private static final int USER_NO_EXECUTE_BIT = Integer.numberOfTrailingZeros(PageType.USER_NO_EXECUTE);
    private static final int PRIVILEGED_NO_EXECUTE_BIT = Integer.numberOfTrailingZeros(PageType.PRIVILEGED_NO_EXECUTE);
}
