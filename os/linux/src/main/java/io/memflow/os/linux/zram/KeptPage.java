package io.memflow.os.linux.zram;

/** A page of a zram disk, or why it cannot be had. */
public sealed interface KeptPage {
    /**
     * The page.
     *
     * @param where disk, place on it and form, as a sentence fragment
     * @param bytes the page's bytes, all of them
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared.
    record Whole(String where, byte[] bytes) implements KeptPage {}

    /** It cannot be had, for a reason that is a sentence fragment. */
    record Lost(String why) implements KeptPage {}
}
