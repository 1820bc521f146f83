package io.memflow.formats.pdb;

import io.memflow.core.error.MalformedDataException;

/** What no real file exceeds. Stateless. */
final class PdbLimits {
    /** Records are at most 64 KiB long, and so is a name in one. */
    static final int LONGEST_NAME = 1 << 16;
    /** Real chains of modifiers, pointers and arrays are under ten deep. */
    static final int DEEPEST = 64;
    /** Lists of members that are continued, and members of one structure together. */
    static final int MOST_CONTINUATIONS = 1 << 10;

    static final int MOST_MEMBERS = 1 << 17;

    static final String FORMAT = "PDB";

    private PdbLimits() {}

    static MalformedDataException malformed(long offset, String reason) {
        return new MalformedDataException(FORMAT, offset, reason);
    }
}
