package io.memflow.os.windows.synthetic;

/**
 * A page of a synthetic process whose state was chosen, as it was built.
 *
 * @param address first virtual address
 * @param state what its entry says
 * @param entry the entry itself
 * @param frame physical address of its content, for a page that is still in memory; 0 otherwise
 * @param pageFile number of the page file; -1 for none
 * @param pageFilePage which page of that file
 * @param prototype virtual address of the section's own entry; 0 for none
 * @param protection as {@code MMVAD_FLAGS.Protection} has it; 0 where the entry does not say
 */
public record SyntheticPage(
        long address,
        State state,
        long entry,
        long frame,
        int pageFile,
        long pageFilePage,
        long prototype,
        int protection) {
    /** What an entry can say. */
    public enum State {
        /** It is there. */
        VALID,
        /** It left the working set, but its frame still has it. */
        TRANSITION,
        /** It will be zero when it is touched. */
        DEMAND_ZERO,
        /** A page file has it. */
        PAGE_FILE,
        /** The entry of a section says where it is, and that one is valid. */
        PROTOTYPE,
        /** The region says which entry of a section does. */
        PROTOTYPE_OF_REGION,
        /** The region says it, the entry is of the second part of the file, and it is valid. */
        PROTOTYPE_OF_NEXT_PART
    }
}
