package io.memflow.core.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How a reader of mapped memory looks ahead of its copies. It loads a byte of each page of a group of requests before it
 * copies any, for two reasons. A page that is not there is met before anything could go to a buffer, see
 * {@link MappedFaults}. And a batch of pages copies megabytes: by the time that it is a request's turn, its entries in the
 * batch's arrays have left the nearest caches, and nothing there knows the way to its page. One by one each copy would wait
 * for both; so the processor waits for those of a group at once. bench/live tells what that gains. Stateless.
 */
public final class LookAhead {
    /** Requests in a group. With 4 the gain was less, with 8 about the same. */
    public static final int REQUESTS = 16;

    private LookAhead() {}

    /**
     * Loads from every request that lies in one range.
     *
     * @param likely a range that has most of them, or -1
     * @param addresses physical
     * @param lengths bytes
     * @param first the first request of the group
     * @param end the one after its last
     * @return a sum, for {@link MappedFaults#raise(long)}
     */
    public static long load(DirectMap map, int likely, long[] addresses, long[] lengths, int first, int end) {
        if (likely < 0) {
            return loadEnds(map, likely, addresses, lengths, first, end);
        }
        MemorySegment source = map.segment(likely);
        long start = map.start(likely);
        long bytes = map.end(likely) - start;
        long base = map.offset(likely, start);
        long origin = source.address() + base;
        long sum = 0;
        long differs = 0;
        boolean allThere = true;
        // What is in this loop decides how many pages the processor waits for at once, so it is short.
        for (int request = first; request < end; request++) {
            long within = addresses[request] - start;
            long at = origin + within;
            differs |= at ^ (at + lengths[request] - 1);
            if (Long.compareUnsigned(within, bytes) < 0) {
                sum += source.get(ValueLayout.JAVA_BYTE, base + within);
            } else {
                allThere = false;
            }
        }
        boolean oneEach = Long.compareUnsigned(differs, MappedFaults.PAGE_BYTES) < 0;
        if (allThere && oneEach) {
            return sum;
        }
        return sum + loadEnds(map, likely, addresses, lengths, first, end);
    }

    /** As above, wherever they lie and however many pages they have; of more than two the others can wait for their copy. */
    private static long loadEnds(DirectMap map, int likely, long[] addresses, long[] lengths, int first, int end) {
        int range = likely;
        long sum = 0;
        for (int request = first; request < end; request++) {
            long address = addresses[request];
            long length = lengths[request];
            if (range < 0 || !map.ranges().holds(range, address, length)) {
                range = map.find(address);
            }
            if (range >= 0 && map.ranges().holds(range, address, length)) {
                sum += MappedFaults.ends(map.segment(range), map.offset(range, address), length);
            }
        }
        return sum;
    }
}
