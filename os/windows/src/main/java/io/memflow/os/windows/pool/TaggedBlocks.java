package io.memflow.os.windows.pool;

import java.util.Arrays;

/** Physical addresses of headers that a scan met, ascending, with the number of the tag of each and its size. Confined. */
final class TaggedBlocks {
    private static final int INITIAL = 256;

    private final int most;
    private long[] places = new long[INITIAL];
    private byte[] tags = new byte[INITIAL];
    private short[] sizes = new short[INITIAL];
    private int count;

    /** @param most how many are kept at most */
    TaggedBlocks(int most) {
        this.most = most;
    }

    /** Notes one behind all others; false when there is no room. */
    boolean add(long physical, int tag, int bytes) {
        if (count == most) {
            return false;
        }
        if (count == places.length) {
            places = Arrays.copyOf(places, Math.min(most, 2 * count));
            tags = Arrays.copyOf(tags, places.length);
            sizes = Arrays.copyOf(sizes, places.length);
        }
        places[count] = physical;
        tags[count] = (byte) tag;
        sizes[count] = (short) bytes;
        count++;
        return true;
    }

    int count() {
        return count;
    }

    long physical(int index) {
        return places[index];
    }

    int tag(int index) {
        return tags[index];
    }

    /** Bytes behind the header. */
    int bytes(int index) {
        return sizes[index];
    }

    /** The first that does not lie below an address; {@link #count()} when all do. */
    int firstFrom(long physical) {
        int found = Arrays.binarySearch(places, 0, count, physical);
        return found < 0 ? -found - 1 : found;
    }
}
