package io.memflow.core.memory;

/** Why bytes could not be read or written. */
public enum Fault {
    /** No fault: every byte was transferred. */
    NONE("no fault"),
    /** The physical address lies in no range of the machine's memory that the source holds. */
    OUTSIDE_PHYSICAL_MEMORY("outside physical memory"),
    /** The virtual address is not one the architecture can form. */
    NOT_CANONICAL("not a canonical address"),
    /** A page-table entry on the way is not present. */
    NOT_PRESENT("page not present"),
    /** A page table on the way lies outside what the source holds. */
    TABLE_UNREADABLE("page table unreadable"),
    /** A page-table entry sets bits that the architecture reserves. */
    RESERVED_BITS("reserved bits set in a page-table entry"),
    /** More page tables were visited than the caller allowed, as happens in tables that point at themselves. */
    LOOP_BUDGET("page-table budget used up"),
    /** The source reported an error of its own. */
    INPUT_OUTPUT("input/output error"),
    /** The source refuses this access. */
    DENIED("access denied"),
    /** The view cannot be written. */
    READ_ONLY("read-only memory"),
    /** The request runs past the end of the address space. */
    ADDRESS_OVERFLOW("request runs past the end of the address space"),
    /** The view answers from a recording, in which this request does not occur. */
    NOT_RECORDED("not in the recording"),
    /** The thread was interrupted before the access took place. */
    INTERRUPTED("interrupted before the access");

    private final String text;

    Fault(String text) {
        this.text = text;
    }

    /** A few words for a message. */
    public String text() {
        return text;
    }
}
