package io.memflow.core.translate;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.ScalarLayout;
import java.lang.invoke.MethodHandles;

/**
 * What {@link StraightWalk} makes its classes from: a hidden class for each format, which has the format as its class data
 * and so as constants. Never used as it stands.
 */
final class StraightWalkTemplate extends StraightWalk {
    private static final CompiledFormat FORMAT = format();
    private static final int DEPTH = FORMAT.depth;
    private static final CompiledRule TABLE = FORMAT.levels[0].table;
    private static final CompiledRule PAGE = FORMAT.last.page;

    private static final long TABLE_MASK = TABLE.mask;
    private static final long TABLE_VALUE = TABLE.value;
    private static final long TABLE_ADDRESS = TABLE.addressMask;
    private static final int TABLE_ROTATION = TABLE.addressRotation;
    private static final FlagLookup TABLE_FLAGS = TABLE.flags;
    private static final long PLAIN_MASK = TABLE_FLAGS.plainMask;
    private static final long PLAIN_VALUE = TABLE_FLAGS.plainValue;

    private static final long PAGE_MASK = PAGE.mask;
    private static final long PAGE_VALUE = PAGE.value;
    private static final long PAGE_ADDRESS = PAGE.addressMask;
    private static final int PAGE_ROTATION = PAGE.addressRotation;
    private static final FlagLookup PAGE_FLAGS = PAGE.flags;
    private static final long OFFSET_MASK = PAGE.offsetMask;

    // Shifts that turn an address into the byte offset of its entry, by level; 1 is the last.
    private static final int STEP = FORMAT.last.indexBits;
    private static final int SHIFT_1 = FORMAT.last.shift - FORMAT.entryShift;
    private static final int SHIFT_2 = SHIFT_1 + STEP;
    private static final int SHIFT_3 = SHIFT_2 + STEP;
    private static final int SHIFT_4 = SHIFT_3 + STEP;
    private static final int ROOT_SHIFT = FORMAT.levels[0].shift - FORMAT.entryShift;
    private static final long INDEX_MASK = FORMAT.last.indexMask << FORMAT.entryShift;
    private static final long ROOT_INDEX_MASK = FORMAT.levels[0].indexMask << FORMAT.entryShift;

    /** An address plus this has no bits from the shift on when it is canonical. */
    private static final int CANONICAL_SHIFT = FORMAT.format.virtualBits();

    private static final long CANONICAL_BIAS = switch (FORMAT.format.canonicalForm()) {
        case SIGN_EXTENDED -> 1L << (CANONICAL_SHIFT - 1);
        case ZEROS -> 0;
        case ONES -> 1L << CANONICAL_SHIFT;
    };

    StraightWalkTemplate(DirectMap map, int range) {
        super(map, range);
    }

    private static CompiledFormat format() {
        try {
            return MethodHandles.classData(MethodHandles.lookup(), "_", CompiledFormat.class);
        } catch (IllegalAccessException refused) {
            throw new AssertionError("a class may ask for its own data", refused);
        }
    }

    /** The entry at a physical address; 0, which no rule matches, outside the range. */
    private long entry(long at) {
        long offset = at - start;
        return holdsWord(offset) ? segment.get(ScalarLayout.LONG_LITTLE, offset) : 0;
    }

    /** Put as the access itself puts it, so that compiled code has one test for both. */
    private boolean holdsWord(long offset) {
        return Long.compareUnsigned(offset, segment.byteSize() - Long.BYTES + 1) < 0;
    }

    private static boolean isTable(long entry) {
        return (entry & TABLE_MASK) == TABLE_VALUE;
    }

    private static long below(long entry, long virtual, int shift) {
        return Long.rotateLeft(entry & TABLE_ADDRESS, TABLE_ROTATION) + ((virtual >>> shift) & INDEX_MASK);
    }

    private static long physical(long entry, long virtual) {
        return Long.rotateLeft(entry & PAGE_ADDRESS, PAGE_ROTATION) | (virtual & OFFSET_MASK);
    }

    @Override
    long offset(long root, long virtual, long bytes) {
        if ((virtual + CANONICAL_BIAS) >>> CANONICAL_SHIFT != 0) {
            return UNUSUAL;
        }
        long entry = entry(root + ((virtual >>> ROOT_SHIFT) & ROOT_INDEX_MASK));
        if (!isTable(entry)) {
            return UNUSUAL;
        }
        if (DEPTH > 4) {
            entry = entry(below(entry, virtual, SHIFT_4));
            if (!isTable(entry)) {
                return UNUSUAL;
            }
        }
        if (DEPTH > 3) {
            entry = entry(below(entry, virtual, SHIFT_3));
            if (!isTable(entry)) {
                return UNUSUAL;
            }
        }
        if (DEPTH > 2) {
            entry = entry(below(entry, virtual, SHIFT_2));
            if (!isTable(entry)) {
                return UNUSUAL;
            }
        }
        entry = entry(below(entry, virtual, SHIFT_1));
        long offset = physical(entry, virtual) - start;
        boolean isSimple = (entry & PAGE_MASK) == PAGE_VALUE
                && Long.compareUnsigned(bytes - 1, OFFSET_MASK + 1 - (virtual & OFFSET_MASK)) < 0
                && holdsWord(offset)
                && bytes <= segment.byteSize() - offset;
        return isSimple ? offset : UNUSUAL;
    }

    @Override
    boolean translate(long root, long virtual, Translation out) {
        if ((virtual + CANONICAL_BIAS) >>> CANONICAL_SHIFT != 0) {
            return false;
        }
        long entry = entry(root + ((virtual >>> ROOT_SHIFT) & ROOT_INDEX_MASK));
        if (!isTable(entry)) {
            return false;
        }
        int flags = flags(entry);
        if (DEPTH > 4) {
            entry = entry(below(entry, virtual, SHIFT_4));
            if (!isTable(entry)) {
                return false;
            }
            flags |= flags(entry);
        }
        if (DEPTH > 3) {
            entry = entry(below(entry, virtual, SHIFT_3));
            if (!isTable(entry)) {
                return false;
            }
            flags |= flags(entry);
        }
        if (DEPTH > 2) {
            entry = entry(below(entry, virtual, SHIFT_2));
            if (!isTable(entry)) {
                return false;
            }
            flags |= flags(entry);
        }
        entry = entry(below(entry, virtual, SHIFT_1));
        if ((entry & PAGE_MASK) != PAGE_VALUE) {
            return false;
        }
        out.physicalUpper = 0;
        out.physical = physical(entry, virtual);
        out.pageType = PAGE_FLAGS.combined(entry, flags);
        out.pageSize = OFFSET_MASK + 1;
        out.fault = Fault.NONE;
        out.level = 1;
        return true;
    }

    private static int flags(long entry) {
        return (entry & PLAIN_MASK) == PLAIN_VALUE ? 0 : TABLE_FLAGS.of(entry);
    }
}
