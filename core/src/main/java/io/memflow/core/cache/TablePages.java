package io.memflow.core.cache;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.MemoryBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which physical pages were ever read as page tables: one bit for each page of 4 KiB of the first gigabyte, which pages
 * above share. It may take another page for a table, but never misses one. Thread-safe.
 */
final class TablePages {
    private static final int PAGE_SHIFT = 12;
    private static final int PAGES = 1 << 18;
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] words = new long[PAGES / Long.SIZE];

    /** Notes the tables that a batch is going to read. */
    void note(MemoryBatch batch) {
        boolean noted = false;
        for (int request = 0; request < batch.size(); request++) {
            if ((batch.pageType(request) & PageType.PAGE_TABLE) != 0 && batch.length(request) != 0) {
                long first = batch.address(request) >>> PAGE_SHIFT;
                long count = pages(batch, request);
                for (long i = 0; i < count; i++) {
                    noted |= set((int) (first + i) & PAGES - 1);
                }
            }
        }
        // What is read next must not have been read before the bits were seen.
        if (noted) {
            VarHandle.fullFence();
        } else {
            VarHandle.acquireFence();
        }
    }

    /** Whether a batch touches a page that was noted. */
    boolean areIn(MemoryBatch batch) {
        for (int request = 0; request < batch.size(); request++) {
            if (batch.length(request) == 0) {
                continue;
            }
            long first = batch.address(request) >>> PAGE_SHIFT;
            long count = pages(batch, request);
            for (long i = 0; i < count; i++) {
                int page = (int) (first + i) & PAGES - 1;
                if (((long) WORDS.getOpaque(words, page >> 6) & 1L << page) != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static long pages(MemoryBatch batch, int request) {
        long inPage = batch.address(request) & (1 << PAGE_SHIFT) - 1;
        return Math.min(PAGES, ((inPage + batch.length(request) - 1) >>> PAGE_SHIFT) + 1);
    }

    /** Sets a bit; whether it was not set before. */
    private boolean set(int page) {
        long bit = 1L << page;
        boolean isNew = ((long) WORDS.getOpaque(words, page >> 6) & bit) == 0;
        if (isNew) {
            WORDS.getAndBitwiseOr(words, page >> 6, bit);
        }
        return isNew;
    }
}
