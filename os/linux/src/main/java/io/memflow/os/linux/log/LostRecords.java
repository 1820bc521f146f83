package io.memflow.os.linux.log;

import io.memflow.core.os.MissingPart;
import java.util.List;

/** Gathers neighbouring records that cannot be read into one missing part: a ring may claim millions. Confined. */
final class LostRecords {
    private final List<MissingPart> missing;
    private long first;
    private long last;
    private int pages;
    private String why = "";

    LostRecords(List<MissingPart> missing) {
        this.missing = missing;
    }

    /**
     * Notes records that follow one another, and those noted before.
     *
     * @param from id of the first
     * @param to id of the last
     * @param reason why they cannot be read
     */
    void add(long from, long to, String reason) {
        if (pages == 0) {
            first = from;
            why = reason;
        }
        last = to;
        pages++;
    }

    /** How often records were noted since the last that could be read. */
    int pages() {
        return pages;
    }

    /** Called at each record that can be read, and at the end. */
    void close() {
        if (pages > 0) {
            String which = first == last ? "record " + first : "records " + first + " to " + last;
            missing.add(new MissingPart(which + " of the kernel log", why));
            pages = 0;
        }
    }
}
