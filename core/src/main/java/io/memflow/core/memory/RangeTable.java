package io.memflow.core.memory;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import java.util.ArrayList;
import java.util.List;

/**
 * The physical ranges of a source, sorted for look-up, each with the distance to where its bytes lie: in a segment, or in
 * another process. Splits requests along the ranges for every source alike. Immutable.
 */
public final class RangeTable {
    private final long[] starts;
    /** Address after the last byte; a source never holds the very last byte of the 64-bit space. */
    private final long[] ends;

    private final long[] distances;

    /**
     * One range.
     *
     * @param start first physical address
     * @param length bytes, more than 0; the range ends below 2^64
     * @param target where its first byte lies, in the source's own terms
     */
    public record Entry(long start, long length, long target) {}

    /** Takes what lies in one piece of a request. */
    public interface RunConsumer {
        /**
         * Called for each piece, ascending.
         *
         * @param offset first byte of the piece, counted from the start of the request
         * @param length bytes, all of one range
         * @param range index of that range
         */
        void run(MemoryBatch batch, int request, long offset, long length, int range);
    }

    /** A table of entries that ascend without overlap. */
    public RangeTable(List<Entry> entries) {
        int count = entries.size();
        starts = new long[count];
        ends = new long[count];
        distances = new long[count];
        for (int i = 0; i < count; i++) {
            Entry entry = entries.get(i);
            starts[i] = entry.start;
            ends[i] = entry.start + entry.length;
            distances[i] = entry.target - entry.start;
        }
    }

    public int count() {
        return starts.length;
    }

    /** First physical address of a range. */
    public long start(int range) {
        return starts[range];
    }

    /** Physical address after the last byte of a range. */
    public long end(int range) {
        return ends[range];
    }

    /** Where a physical address of a range lies, in the source's own terms. */
    public long target(int range, long address) {
        return address + distances[range];
    }

    /** The index of the range that holds the address, or -1. */
    public int find(long address) {
        int range = firstEndingAbove(address);
        return range < starts.length && !Address.below(address, starts[range]) ? range : -1;
    }

    /** Whether a range has all of these bytes. */
    public boolean holds(int range, long address, long length) {
        long within = address - starts[range];
        long bytes = ends[range] - starts[range];
        return Long.compareUnsigned(within, bytes) < 0 && Long.compareUnsigned(length, bytes - within) <= 0;
    }

    /** The index of the first range that ends above the address, or {@link #count()}. */
    public int firstEndingAbove(long address) {
        int low = 0;
        int high = ends.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Address.below(address, ends[middle])) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Gives each piece of a request that lies in a range to the consumer, and reports the rest as faults. */
    public void split(MemoryBatch batch, int request, RunConsumer consumer) {
        long address = batch.address(request);
        long length = batch.length(request);
        if (Address.overflows(address, length)) {
            batch.fault(request, 0, length, Fault.ADDRESS_OVERFLOW);
            return;
        }
        if (batch.upper() != 0) {
            batch.fault(request, 0, length, Fault.OUTSIDE_PHYSICAL_MEMORY);
            return;
        }
        long done = 0;
        while (done < length) {
            long position = address + done;
            int range = firstEndingAbove(position);
            if (range < starts.length && !Address.below(position, starts[range])) {
                long run = Address.min(length - done, ends[range] - position);
                consumer.run(batch, request, done, run, range);
                done += run;
            } else {
                boolean last = range == starts.length;
                long hole = last ? length - done : Address.min(length - done, starts[range] - position);
                batch.fault(request, done, hole, Fault.OUTSIDE_PHYSICAL_MEMORY);
                done += hole;
            }
        }
    }

    /** The ranges as a map. */
    public MemoryMap memoryMap() {
        List<AddressRange> ranges = new ArrayList<>();
        for (int i = 0; i < starts.length; i++) {
            ranges.add(new AddressRange(starts[i], ends[i] - starts[i]));
        }
        return MemoryMap.of(ranges);
    }
}
