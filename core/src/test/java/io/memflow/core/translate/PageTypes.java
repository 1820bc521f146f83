package io.memflow.core.translate;

import io.memflow.core.address.PageType;
import java.util.ArrayList;
import java.util.List;

/** Names of page-type flags, for messages of failed tests. */
final class PageTypes {
    private static final String[] NAMES = {
        "UNKNOWN",
        "PAGE_TABLE",
        "WRITABLE",
        "READ_ONLY",
        "NO_EXECUTE",
        "USER",
        "GLOBAL",
        "DIRTY",
        "ACCESSED",
        "SUPERVISOR",
        "USER_NO_EXECUTE",
        "PRIVILEGED_NO_EXECUTE",
        "NO_READ",
        "CONTIGUOUS"
    };

    private PageTypes() {}

    static List<String> of(int flags) {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((flags >>> bit & 1) != 0) {
                names.add(bit < PageType.BITS ? NAMES[bit] : "bit " + bit);
            }
        }
        return names;
    }
}
