package io.memflow.os.linux.landmark;

import io.memflow.core.structure.StructureLayout;
import java.util.OptionalLong;

/** {@code nl_table}: the one word of the image that points to an allocated hash table for each netlink family. Confined. */
final class NetlinkFamilies {
    /** {@code MAX_LINKS}, include/uapi/linux/netlink.h. */
    private static final int FAMILIES = 32;
    /** {@code HASH_MIN_SIZE}, lib/rhashtable.c. */
    private static final int LEAST_BUCKETS = 4;

    private static final int MOST_BUCKETS = 1 << 24;

    private final ImageWords image;
    private final long familyBytes;
    private final long table;
    private final long buckets;

    NetlinkFamilies(ImageWords image, StructureLayout layout) {
        this.image = image;
        familyBytes = layout.size("netlink_table");
        table = layout.offset("netlink_table", "hash.tbl");
        buckets = layout.offset("bucket_table", "size");
    }

    /** Virtual address of the variable. */
    OptionalLong find() {
        for (long at = 0; at + ImageWords.WORD <= image.size(); at += ImageWords.WORD) {
            long families = image.word(at);
            if (image.isPointerOut(families) && areFamilies(families)) {
                return OptionalLong.of(image.address(at));
            }
        }
        return OptionalLong.empty();
    }

    private boolean areFamilies(long families) {
        for (int family = 0; family < FAMILIES; family++) {
            long hash = image.pointer(families + family * familyBytes + table);
            int count = image.isPointerOut(hash) ? image.int32(hash + buckets) : 0;
            if (count < LEAST_BUCKETS || count > MOST_BUCKETS || Integer.bitCount(count) != 1) {
                return false;
            }
        }
        return true;
    }
}
