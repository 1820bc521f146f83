package io.memflow.os.windows.synthetic;

/** A part of a process' memory that structures are put into one behind the other. Confined. */
final class UserHeap {
    private final SyntheticSpace space;
    private final long start;
    private long next;

    /** @param start virtual address of its first page */
    UserHeap(SyntheticSpace space, long start) {
        this.space = space;
        this.start = start;
        next = start;
    }

    long start() {
        return start;
    }

    /** First address behind all that it holds. */
    long end() {
        return next;
    }

    /** Takes bytes, all zero, at a multiple of 16. */
    long allocate(int bytes) {
        long at = next;
        next += bytes + 15 & -16;
        space.mapFresh(at, bytes, PageAccess.USER_WRITE);
        return at;
    }

    /** Writes a {@code UNICODE_STRING} with its text. */
    void string(long address, int width, String text) {
        long buffer = allocate(text.length() * 2 + 2);
        space.wide(buffer, text);
        space.string(address, width, text, buffer);
    }
}
