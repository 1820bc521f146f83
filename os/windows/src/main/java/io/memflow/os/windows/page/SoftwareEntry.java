package io.memflow.os.windows.page;

/** What a page-table entry says that the processor cannot use. */
sealed interface SoftwareEntry {
    /** All of it is zero: nothing was ever there, or the region says what is. */
    record Empty() implements SoftwareEntry {}

    /**
     * The bytes are still in memory ({@code MMPTE_TRANSITION}).
     *
     * @param physical physical address of the page
     */
    record Transition(long physical) implements SoftwareEntry {}

    /**
     * Another entry, of a section, says where the page is ({@code MMPTE_PROTOTYPE}).
     *
     * @param address virtual address of that entry in the kernel
     */
    record Prototype(long address) implements SoftwareEntry {}

    /** Another entry says it, and the region which one that is. */
    record PrototypeOfRegion() implements SoftwareEntry {}

    /**
     * It is in a page file ({@code MMPTE_SOFTWARE}).
     *
     * @param file number of the page file
     * @param offset page in it
     */
    record Paged(int file, long offset) implements SoftwareEntry {}

    /**
     * Bits were set in the entry that may be part of the place in a page file or keep processors away; which is not known.
     *
     * @param asIs what it says if they are part of it
     */
    record Unclear(Paged asIs) implements SoftwareEntry {}

    /** It will be filled with zeros when it is used first. */
    record DemandZero() implements SoftwareEntry {}

    /** It is of a file and was not read ({@code MMPTE_SUBSECTION}, in entries of sections only). */
    record OfFile() implements SoftwareEntry {}

    /** The processor could use it: the page is mapped, as an entry of a section says. */
    record Valid(long physical) implements SoftwareEntry {}
}
