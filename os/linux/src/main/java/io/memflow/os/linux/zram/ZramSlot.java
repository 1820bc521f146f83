package io.memflow.os.linux.zram;

/** What zram has noted of one of its pages. */
sealed interface ZramSlot {
    /** All its words are alike. */
    record Same(long word) implements ZramSlot {}

    /**
     * It is an object of the allocator as it was, since it could not be made smaller.
     *
     * @param handle the object
     */
    record Whole(long handle) implements ZramSlot {}

    /**
     * It is a compressed object of the allocator.
     *
     * @param algorithm its name in the kernel
     * @param bytes it takes
     */
    record Compressed(long handle, String algorithm, int bytes) implements ZramSlot {}

    /** It cannot be had from memory, for a reason that reads on after the page. */
    record Lost(String why) implements ZramSlot {}
}
