package io.memflow.core.translate;

/**
 * The table of one level that a walk is in, and the virtual addresses it is walked for. One for each level, reused.
 * Confined.
 */
final class TableInWalk {
    final CompiledLevel level;
    /** Counted from the root, which is 0. */
    final int depth;
    /** Physical address of the table. */
    long upper;

    long address;
    /** What the entries above said. */
    int flags;

    private long fromUpper;
    private long from;
    private long toUpper;
    private long to;
    int firstIndex;
    int lastIndex;

    private final long spanMaskUpper;
    private final long spanMask;

    TableInWalk(CompiledLevel level, int depth) {
        this.level = level;
        this.depth = depth;
        spanMaskUpper = WideWord.upperMaskFrom(level.shift + level.indexBits);
        spanMask = WideWord.lowerMaskFrom(level.shift + level.indexBits);
    }

    /** Enters a table. */
    void enter(long tableUpper, long table, int flagsAbove) {
        upper = tableUpper;
        address = table;
        flags = flagsAbove;
    }

    /** Sets the addresses to walk, which lie inside what the table serves; the last is included. */
    void range(long firstUpper, long first, long lastUpper, long last) {
        fromUpper = firstUpper;
        from = first;
        toUpper = lastUpper;
        to = last;
        firstIndex = (int) (WideWord.bitsFrom(firstUpper, first, level.shift) & level.indexMask);
        lastIndex = (int) (WideWord.bitsFrom(lastUpper, last, level.shift) & level.indexMask);
    }

    /** Bits 64 to 127 of the first address walked that an entry serves. */
    long startUpper(int index) {
        return index == firstIndex
                ? fromUpper
                : (fromUpper & spanMaskUpper) | WideWord.upperOfShifted(index, level.shift);
    }

    /** Bits 0 to 63 of the first address walked that an entry serves. */
    long start(int index) {
        return index == firstIndex ? from : (from & spanMask) | WideWord.lowerOfShifted(index, level.shift);
    }

    /** Bits 64 to 127 of the last address walked that an entry serves. */
    long endUpper(int index) {
        return index == lastIndex
                ? toUpper
                : (fromUpper & spanMaskUpper)
                        | WideWord.upperOfShifted(index, level.shift)
                        | ~WideWord.upperMaskFrom(level.shift);
    }

    /** Bits 0 to 63 of the last address walked that an entry serves. */
    long end(int index) {
        return index == lastIndex
                ? to
                : (from & spanMask)
                        | WideWord.lowerOfShifted(index, level.shift)
                        | ~WideWord.lowerMaskFrom(level.shift);
    }

    /** Physical address, its low 64 bits, of an entry. */
    long entryAddress(int index, int entryShift) {
        return address + ((long) index << entryShift);
    }
}
