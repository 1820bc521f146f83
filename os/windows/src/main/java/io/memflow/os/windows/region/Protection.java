package io.memflow.os.windows.region;

/**
 * The rights of a region or page as the memory manager numbers them ({@code MM_PROTECTION_MASK}, five bits: the lower three are
 * the rights, the upper two how memory is cached, or a guard), and as programs know them ({@code PAGE_*}, winnt.h). Stateless.
 */
final class Protection {
    static final int MASK = 0x1f;
    private static final int RIGHTS = 7;
    private static final int CACHING_SHIFT = 3;
    private static final int NO_CACHE = 1;
    private static final int GUARD = 2;
    private static final int WRITE_COMBINE = 3;
    /** With no rights at all, both upper bits stand for memory that was taken from the page's process. */
    private static final int DECOMMITTED = 0x18;

    private static final String[] NAMES = {
        "NOACCESS",
        "READONLY",
        "EXECUTE",
        "EXECUTE_READ",
        "READWRITE",
        "WRITECOPY",
        "EXECUTE_READWRITE",
        "EXECUTE_WRITECOPY"
    };
    private static final String[] LETTERS = {"---", "r--", "--x", "r-x", "rw-", "rw-", "rwx", "rwx"};

    private Protection() {}

    /** Such as {@code EXECUTE_WRITECOPY} or {@code READWRITE+GUARD}. */
    static String name(int protection) {
        String rights = NAMES[protection & RIGHTS];
        return switch (protection >>> CACHING_SHIFT) {
            case NO_CACHE -> rights + "+NOCACHE";
            case GUARD -> rights + "+GUARD";
            case WRITE_COMBINE -> protection == DECOMMITTED ? rights : rights + "+WRITECOMBINE";
            default -> rights;
        };
    }

    /** Three letters such as {@code r-x}. */
    static String letters(int protection) {
        return LETTERS[protection & RIGHTS];
    }

    /** Whether what is written becomes the process' own: a copy. */
    static boolean copies(int protection) {
        int rights = protection & RIGHTS;
        return rights == 5 || rights == 7;
    }
}
