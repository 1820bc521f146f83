package io.memflow.os.linux.page;

import io.memflow.core.memory.PageSource;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.zram.KeptPage;
import io.memflow.os.linux.zram.ZramPages;
import java.util.Optional;
import java.util.OptionalLong;

/** Pages that were swapped out and are in memory all the same, in another form. Thread-safe. */
final class KeptPages {
    private final ZeroPages zeroes;
    private final WhenKnown<SwapExtents> extents;
    private final WhenKnown<ZramPages> zram;
    private final int pageBytes;

    KeptPages(Kernel kernel, SwapCache cache) {
        zeroes = ZeroPages.of(kernel, cache);
        extents = new WhenKnown<>(() -> new SwapExtents(kernel));
        zram = new WhenKnown<>(() -> new ZramPages(kernel));
        pageBytes = (int) kernel.facts().pageBytes();
    }

    /** What became of a swapped page. */
    sealed interface Kept {
        /** Nothing in memory knows its bytes. */
        record Nowhere() implements Kept {}

        /** It should be in memory, but cannot be had, for a reason that is a sentence fragment. */
        record Lost(String why) implements Kept {}

        /**
         * Its bytes.
         *
         * @param where goes on after the swap device's name
         */
        @SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared.
        record Page(PageSource source, String where, byte[] bytes) implements Kept {}
    }

    /**
     * Finds a page.
     *
     * @param info virtual address of the {@code swap_info_struct}
     * @param offset page of the swap area
     * @throws io.memflow.core.error.MemflowException when what leads to it cannot be read
     */
    Kept find(long info, long offset, Optional<PageFrames> frames) {
        if (zeroes.isZero(info, offset)) {
            return new Kept.Page(PageSource.SWAPPED_ZEROES, ", noted as zeros", new byte[pageBytes]);
        }
        OptionalLong block = extents.get().block(info, offset);
        if (frames.isEmpty() || block.isEmpty()) {
            return new Kept.Nowhere();
        }
        return zram.get()
                .find(extents.get().device(info), block.getAsLong(), frames.get())
                .map(KeptPages::kept)
                .orElseGet(Kept.Nowhere::new);
    }

    private static Kept kept(KeptPage page) {
        return switch (page) {
            case KeptPage.Whole whole -> new Kept.Page(PageSource.ZRAM, ", " + whole.where(), whole.bytes());
            case KeptPage.Lost lost -> new Kept.Lost(lost.why());
        };
    }
}
