package io.memflow.os.windows.synthetic;

/**
 * A process that is to be built.
 *
 * @param name of its program, whole
 * @param folder of it, such as {@code \Windows\System32}; empty for a process without program
 * @param id of it
 * @param parentId of whoever started it
 * @param session its number; -1 for none
 * @param sid its user, as text
 * @param kind what it is
 * @param protection {@code PS_PROTECTION}; 0 for none
 */
record ProcessPlan(
        String name, String folder, long id, long parentId, int session, String sid, Kind kind, int protection) {
    private static final int SHORT_NAME = 15;

    enum Kind {
        /** It has no user mode. */
        KERNEL,
        NATIVE,
        /** A 32-bit program on a 64-bit system. */
        WOW64,
        /** It ended, but something still refers to it. */
        ENDED
    }

    boolean hasUserSpace() {
        return kind == Kind.NATIVE || kind == Kind.WOW64;
    }

    /** {@code ImageFileName}: the kernel cuts it. */
    String shortName() {
        return name.substring(0, Math.min(name.length(), SHORT_NAME - 1));
    }
}
