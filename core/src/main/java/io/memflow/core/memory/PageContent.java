package io.memflow.core.memory;

/** Where the bytes of a page are, or why they are nowhere in memory. */
public sealed interface PageContent {
    /**
     * The bytes are in physical memory.
     *
     * @param physical physical address of the first byte
     */
    record InMemory(PageSource source, long physical) implements PageContent {}

    /**
     * The bytes are in memory in another form, such as compressed. {@link AbsentPages.Search#restore} gives them; they were
     * restored once when this was said, and were whole.
     *
     * @param where the place where they are kept and how, as a sentence fragment
     */
    record Packed(PageSource source, String where) implements PageContent {}

    /**
     * The bytes are not in memory.
     *
     * @param why what is known of them, such as the swap device and the place on it, as a sentence fragment
     */
    record Missing(Fault cause, String why) implements PageContent {}
}
