package io.memflow.core.translate;

import io.memflow.core.translate.PagingLevel.Leaf;
import java.util.ArrayList;
import java.util.List;

/**
 * The page-table formats of x86 in 64-bit mode. Source: Intel SDM volume 3A, sections 4.5 (4-level and 5-level paging)
 * and 4.6 (access rights); bit positions from tables 4-14 to 4-20.
 */
public final class X86Paging {
    private static final long PRESENT = 1L;
    private static final long WRITABLE = 1L << 1;
    private static final long USER = 1L << 2;
    private static final long ACCESSED = 1L << 5;
    private static final long DIRTY = 1L << 6;
    private static final long PAGE_SIZE = 1L << 7;
    private static final long GLOBAL = 1L << 8;
    private static final long NO_EXECUTE = 1L << 63;
    /** Bits 51 to 12: the architecture's limit of 52 physical address bits. */
    private static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;

    private static final int INDEX_BITS = 9;
    private static final int PAGE_SHIFT = 12;

    /** Four levels, 48-bit virtual addresses. */
    public static final PagingFormat LEVEL4 = longMode("x86-64 4-level", 4);
    /** Five levels (LA57), 57-bit virtual addresses. */
    public static final PagingFormat LEVEL5 = longMode("x86-64 5-level", 5);

    private X86Paging() {}

    private static PagingFormat longMode(String name, int depth) {
        List<PagingLevel> levels = new ArrayList<>();
        for (int level = depth; level >= 1; level--) {
            // The page-size bit means a page of 2 MiB at level 2 and of 1 GiB at level 3; it is reserved above.
            Leaf leaf = level == 1 ? Leaf.ALWAYS : level <= 3 ? Leaf.WHEN_SIZE_BIT : Leaf.NEVER;
            levels.add(new PagingLevel(PAGE_SHIFT + INDEX_BITS * (level - 1), INDEX_BITS, leaf));
        }
        return new PagingFormat(
                name,
                levels,
                Long.BYTES,
                PAGE_SHIFT + INDEX_BITS * depth,
                PRESENT,
                PAGE_SIZE,
                ADDRESS,
                WRITABLE,
                USER,
                NO_EXECUTE,
                GLOBAL,
                DIRTY,
                ACCESSED);
    }
}
