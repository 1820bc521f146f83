package io.memflow.os.linux.page;

/**
 * {@code swp_entry_t} as caches and {@code struct page} hold it, whatever the architecture's page tables do: the device is
 * the highest five bits of what an XArray can hold as a value (include/linux/swapops.h, {@code SWP_TYPE_SHIFT}).
 *
 * @param typeShift lowest bit of the device
 */
record SwapValues(int typeShift) {
    private static final int TYPE_BITS = 5;

    /** @param wordBytes bytes of an {@code unsigned long} */
    static SwapValues of(int wordBytes) {
        return new SwapValues(wordBytes * Byte.SIZE - 1 - TYPE_BITS);
    }

    long entry(int device, long offset) {
        return ((long) device << typeShift) | offset;
    }

    int device(long entry) {
        return (int) (entry >>> typeShift) & ((1 << TYPE_BITS) - 1);
    }

    long offset(long entry) {
        return entry & ((1L << typeShift) - 1);
    }
}
