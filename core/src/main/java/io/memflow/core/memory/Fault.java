package io.memflow.core.memory;

import org.jspecify.annotations.Nullable;

/** Why bytes could not be read or written. */
public enum Fault {
    /** No fault: every byte was transferred. */
    NONE(0, "no fault"),
    /** The physical address lies in no range of the machine's memory that the source holds. */
    OUTSIDE_PHYSICAL_MEMORY(1, "outside physical memory"),
    /** The virtual address is not one the architecture can form. */
    NOT_CANONICAL(2, "not a canonical address"),
    /** A page-table entry on the way is not present. */
    NOT_PRESENT(3, "page not present"),
    /** A page table on the way lies outside what the source holds. */
    TABLE_UNREADABLE(4, "page table unreadable"),
    /** A page-table entry sets bits that the architecture reserves. */
    RESERVED_BITS(5, "reserved bits set in a page-table entry"),
    /** More page tables were visited than the caller allowed, as happens in tables that point at themselves. */
    LOOP_BUDGET(6, "page-table budget used up"),
    /** The source reported an error of its own. */
    INPUT_OUTPUT(7, "input/output error"),
    /** The source refuses this access. */
    DENIED(8, "access denied"),
    /** The view cannot be written. */
    READ_ONLY(9, "read-only memory"),
    /** The request runs past the end of the address space. */
    ADDRESS_OVERFLOW(10, "request runs past the end of the address space"),
    /** The view answers from a recording, in which this request does not occur. */
    NOT_RECORDED(11, "not in the recording"),
    /** The thread was interrupted before the access took place. */
    INTERRUPTED(12, "interrupted before the access"),
    /** The caller cancelled the access before it took place. */
    CANCELLED(13, "cancelled before the access"),
    /** The OS has moved the page out to a swap device, and no copy was found in memory. */
    SWAPPED_OUT(14, "page swapped out"),
    /** The page of a file that belongs here is not in memory. */
    FILE_PAGE_ABSENT(15, "page of a file that is not in memory"),
    /** The process has the address, but has never used the page, so that there is none. */
    NEVER_TOUCHED(16, "page never used by its process"),
    /** The address lies in no region of the process. */
    NO_REGION(17, "outside every region of the process"),
    /** The OS has taken the page out of use, since it is damaged or could not be read back. */
    PAGE_LOST(18, "page lost to a hardware error"),
    /** The page lies in memory of a device, which is not the machine's physical memory. */
    DEVICE_MEMORY(19, "page in a device's own memory"),
    /** The process has asked for a page that cannot be used, as a guard. */
    GUARD_PAGE(20, "guard page"),
    /** The dump that stands for the memory does not hold these bytes; the system may well have had them. */
    NOT_IN_DUMP(21, "not in the dump"),
    /** The dump lists these bytes, but its file ends before them. */
    CUT_OFF(22, "cut off at the end of the file");

    /** Codes fit five bits. */
    private static final @Nullable Fault[] BY_CODE = new Fault[32];

    static {
        for (Fault fault : values()) {
            BY_CODE[fault.code] = fault;
        }
    }

    private final int code;
    private final String text;

    Fault(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** A number that never changes, below 32, for results packed into bits and for other languages. */
    public int code() {
        return code;
    }

    /**
     * The fault of a number.
     *
     * @throws IllegalArgumentException when no fault has it
     */
    public static Fault ofCode(int code) {
        Fault fault = code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
        if (fault == null) {
            throw new IllegalArgumentException("no fault has the code " + code);
        }
        return fault;
    }

    /** A few words for a message. */
    public String text() {
        return text;
    }
}
