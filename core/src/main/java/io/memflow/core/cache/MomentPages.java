package io.memflow.core.cache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The translations that a moment has found, each in the one place that its page may have. Confined. */
final class MomentPages {
    /** Several times the pages of kernel structures that a list of some hundred processes touches. */
    private static final int PLACES = 1 << 11;

    private static final int SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(PLACES);
    /** The smallest page of any format is no smaller. */
    private static final int PAGE_SHIFT = 10;
    /** Spreads neighbouring pages: 2^64 divided by the golden ratio. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private final @Nullable Object[] walkers = new Object[PLACES];
    private final long[] roots = new long[PLACES];
    private final long[] pages = new long[PLACES];
    private final long[] frames = new long[PLACES];

    void clear() {
        Arrays.fill(walkers, null);
    }

    // Two walkers of one format may read different memories.
    @SuppressWarnings("ReferenceEquality")
    long frame(Object walker, long root, long page) {
        int place = place(root, page);
        boolean known = walkers[place] == walker && pages[place] == page && roots[place] == root;
        return known ? frames[place] : MomentBlocks.ABSENT;
    }

    void remember(Object walker, long root, long page, long frame) {
        int place = place(root, page);
        walkers[place] = walker;
        roots[place] = root;
        pages[place] = page;
        frames[place] = frame;
    }

    private static int place(long root, long page) {
        return (int) ((((page >>> PAGE_SHIFT) + root) * SPREAD) >>> SHIFT);
    }
}
