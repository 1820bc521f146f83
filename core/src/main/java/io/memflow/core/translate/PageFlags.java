package io.memflow.core.translate;

import io.memflow.core.address.PageType;
import io.memflow.core.paging.EntryFlag;

/** Joins what the entries of a walk say. Stateless. */
final class PageFlags {
    private static final int IF_USER_WRITABLE_BIT =
            Integer.numberOfTrailingZeros(EntryFlag.PRIVILEGED_NO_EXECUTE_IF_USER_WRITABLE);
    private static final int READ_ONLY_BIT = Integer.numberOfTrailingZeros(PageType.READ_ONLY);
    private static final int WRITABLE_BIT = Integer.numberOfTrailingZeros(PageType.WRITABLE);
    private static final int SUPERVISOR_BIT = Integer.numberOfTrailingZeros(PageType.SUPERVISOR);
    private static final int USER_BIT = Integer.numberOfTrailingZeros(PageType.USER);
    private static final int NO_EXECUTE_BIT = Integer.numberOfTrailingZeros(PageType.NO_EXECUTE);
    private static final int USER_NO_EXECUTE_BIT = Integer.numberOfTrailingZeros(PageType.USER_NO_EXECUTE);
    private static final int PRIVILEGED_NO_EXECUTE_BIT = Integer.numberOfTrailingZeros(PageType.PRIVILEGED_NO_EXECUTE);

    private PageFlags() {}

    /** Flags of all entries of a walk made one page type: the stricter permission holds. */
    static int combine(int flags) {
        int notWritable = (flags >>> READ_ONLY_BIT) & 1;
        int notUser = (flags >>> SUPERVISOR_BIT) & 1;
        int userWrites = (flags >>> IF_USER_WRITABLE_BIT) & ~(notWritable | notUser) & 1;
        int joined = flags | (userWrites << PRIVILEGED_NO_EXECUTE_BIT);
        int nobodyExecutes = (joined >>> USER_NO_EXECUTE_BIT) & (joined >>> PRIVILEGED_NO_EXECUTE_BIT) & 1;
        int beaten = (notWritable << WRITABLE_BIT)
                | (notUser << USER_BIT)
                | EntryFlag.PRIVILEGED_NO_EXECUTE_IF_USER_WRITABLE;
        return (joined & ~beaten) | (nobodyExecutes << NO_EXECUTE_BIT);
    }
}
