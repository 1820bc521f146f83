package io.memflow.os.linux.zram;

/** Where the {@code struct page} of each page frame is. */
public interface FrameTable {
    /** Virtual address of the {@code struct page} of a frame. */
    long page(long frame);

    /**
     * Physical address of a page.
     *
     * @param page virtual address of its {@code struct page}
     * @throws io.memflow.core.error.MalformedDataException when none can lie there
     */
    long physical(long page);
}
