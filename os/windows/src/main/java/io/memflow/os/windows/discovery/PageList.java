package io.memflow.os.windows.discovery;

import java.util.Arrays;

/** Physical addresses in the order they were met, a bounded number of them. Confined. */
final class PageList {
    private final int most;
    private long[] addresses = new long[64];
    private int count;

    /** @param most addresses it takes; what comes later is let go, so that a made-up image cannot take all memory */
    PageList(int most) {
        this.most = most;
    }

    void add(long physical) {
        if (count == most) {
            return;
        }
        if (count == addresses.length) {
            addresses = Arrays.copyOf(addresses, Math.min(most, count * 2));
        }
        addresses[count] = physical;
        count++;
    }

    int count() {
        return count;
    }

    long[] toArray() {
        return Arrays.copyOf(addresses, count);
    }
}
