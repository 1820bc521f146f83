package io.memflow.core.translate;

import io.memflow.core.paging.PagingFormat;

/** A {@link PagingFormat} laid out for the walkers. Immutable; levels are numbered from the root on. */
final class CompiledFormat {
    final PagingFormat format;
    final boolean wide;
    final int depth;
    /** log2 of the bytes of an entry. */
    final int entryShift;

    /** The low 64 bits of the lowest virtual address. */
    final long firstAddress;

    final CompiledLevel[] levels;
    final CompiledLevel last;

    CompiledFormat(PagingFormat format) {
        this.format = format;
        wide = format.isWide();
        depth = format.levels().size();
        entryShift = Integer.numberOfTrailingZeros(format.entryBytes());
        firstAddress = new CanonicalRanges(format).first[0];
        levels = new CompiledLevel[depth];
        for (int i = 0; i < depth; i++) {
            levels[i] = new CompiledLevel(format.levels().get(i), depth - i);
        }
        last = levels[depth - 1];
    }
}
