package io.memflow.core.translate;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.util.Arrays;

/**
 * Which virtual addresses a physical address is mapped at: an index over the mappings that one walk found. Answers for any
 * byte, not only for the first of a page, and gives every mapping where there are several. It shows the tables as they were
 * during the walk.
 *
 * <p>Takes about 28 bytes for each run of pages that follow each other both virtually and physically (44 in spaces wider
 * than 64 bits). A query costs the logarithm of the number of runs and what it finds. Immutable.
 */
public final class ReverseIndex {
    /**
     * Runs an index holds unless asked otherwise: 2 GiB in scattered pages of 4 KiB. Indexing so many takes 32 MiB (48 in
     * spaces wider than 64 bits), of which half is kept.
     */
    public static final int DEFAULT_MOST_RUNS = 1 << 19;

    private final int count;
    // Runs by ascending physical address.
    private final long[] physicals;
    private final long[] virtuals;
    private final long[] lengths;
    /** Bits 64 to 127 of the addresses; empty in spaces of 64 bits. */
    private final long[] physicalUppers;

    private final long[] virtualUppers;
    /**
     * The runs as a balanced tree over their order: for the middle of every part, which run of the part ends highest. Parts
     * that end below an address are left out of its search.
     */
    private final int[] highestOf;

    private final WalkEnd end;

    /** Takes what an index finds. */
    public interface AddressSink {
        /**
         * A virtual address that the physical one is mapped at.
         *
         * @param upper bits 64 to 127
         * @param address bits 0 to 63
         * @return whether the search goes on
         */
        boolean address(long upper, long address);
    }

    private ReverseIndex(Builder builder, WalkEnd end) {
        this.end = end;
        count = builder.count;
        int[] order = builder.orderByPhysical();
        physicals = pick(builder.physicals, order);
        virtuals = pick(builder.virtuals, order);
        lengths = pick(builder.lengths, order);
        physicalUppers = builder.wide ? pick(builder.physicalUppers, order) : new long[0];
        virtualUppers = builder.wide ? pick(builder.virtualUppers, order) : new long[0];
        highestOf = new int[count];
        highest(0, count);
    }

    private static long[] pick(long[] values, int[] order) {
        long[] picked = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            picked[i] = values[order[i]];
        }
        return picked;
    }

    /** Notes for the middle of every part of the order which run of the part ends highest; returns that run. */
    private int highest(int from, int to) {
        if (from >= to) {
            return -1;
        }
        int middle = (from + to) >>> 1;
        int best = later(middle, later(highest(from, middle), highest(middle + 1, to)));
        highestOf[middle] = best;
        return best;
    }

    private int later(int a, int b) {
        if (a < 0 || b < 0) {
            return Math.max(a, b);
        }
        return WideWord.compare(
                                upperOf(a),
                                physicals[a] + (lengths[a] - 1),
                                upperOf(b),
                                physicals[b] + (lengths[b] - 1))
                        >= 0
                ? a
                : b;
    }

    private long upperOf(int run) {
        return physicalUppers.length == 0 ? 0 : physicalUppers[run];
    }

    /**
     * Walks a whole space and indexes it.
     *
     * @throws MemflowException with kind {@link ErrorKind#OUT_OF_BOUNDS} when there are more runs than
     *     {@link #DEFAULT_MOST_RUNS}, as hostile tables have
     */
    public static ReverseIndex of(VirtualMemory space) {
        return of(space, DEFAULT_MOST_RUNS);
    }

    /**
     * Walks a whole space and indexes it.
     *
     * @param mostRuns a cap on the memory used; hostile tables can map without end
     * @throws MemflowException with kind {@link ErrorKind#OUT_OF_BOUNDS} when there are more runs than allowed
     */
    public static ReverseIndex of(VirtualMemory space, int mostRuns) {
        Builder builder = new Builder(mostRuns);
        WalkEnd end = space.walk(builder);
        return builder.build(end);
    }

    /** How the walk that was indexed ended: the index knows all of the space only after {@link WalkEnd#COMPLETE}. */
    public WalkEnd walkEnd() {
        return end;
    }

    /** How many runs the index holds. */
    public int runs() {
        return count;
    }

    /**
     * Gives every virtual address that a physical address of at most 64 bits is mapped at, in no particular order.
     *
     * @return whether the sink let the search come to its end
     */
    public boolean find(long physical, AddressSink sink) {
        return find(0, physical, sink);
    }

    /** As {@link #find(long, AddressSink)} for a physical address of up to 128 bits. */
    public boolean find(long upper, long physical, AddressSink sink) {
        return find(0, count, upper, physical, sink);
    }

    private boolean find(int from, int to, long upper, long physical, AddressSink sink) {
        if (from >= to) {
            return true;
        }
        int middle = (from + to) >>> 1;
        if (endsBelow(highestOf[middle], upper, physical)) {
            return true;
        }
        if (!find(from, middle, upper, physical, sink)) {
            return false;
        }
        if (WideWord.compare(upperOf(middle), physicals[middle], upper, physical) > 0) {
            return true;
        }
        if (!endsBelow(middle, upper, physical)) {
            long virtualUpper = virtualUppers.length == 0 ? 0 : virtualUppers[middle];
            if (!sink.address(virtualUpper, virtuals[middle] + (physical - physicals[middle]))) {
                return false;
            }
        }
        return find(middle + 1, to, upper, physical, sink);
    }

    private boolean endsBelow(int run, long upper, long physical) {
        return WideWord.compare(upperOf(run), physicals[run] + (lengths[run] - 1), upper, physical) < 0;
    }

    /** Collects the mappings of a walk. Confined. */
    public static final class Builder implements MappingSink {
        private static final int INITIAL = 64;
        /** Keeps twice the count of runs in an int. */
        private static final int MOST_RUNS = 1 << 28;

        private final int mostRuns;
        private int count;
        private boolean wide;
        private long virtualUpper;
        private long physicalUpper;
        private long[] physicals = new long[INITIAL];
        private long[] virtuals = new long[INITIAL];
        private long[] lengths = new long[INITIAL];
        private long[] physicalUppers = new long[0];
        private long[] virtualUppers = new long[0];

        /**
         * A builder that takes up to so many runs.
         *
         * @param mostRuns a cap on the memory used; hostile tables can map without end
         * @throws IllegalArgumentException unless it lies between 1 and 2^28
         */
        public Builder(int mostRuns) {
            if (mostRuns < 1 || mostRuns > MOST_RUNS) {
                throw new IllegalArgumentException("an index holds 1 to " + MOST_RUNS + " runs, not " + mostRuns);
            }
            this.mostRuns = mostRuns;
        }

        @Override
        public void upper(long virtual, long physical) {
            virtualUpper = virtual;
            physicalUpper = physical;
            if (!wide) {
                wide = true;
                physicalUppers = Arrays.copyOf(physicalUppers, physicals.length);
                virtualUppers = Arrays.copyOf(virtualUppers, physicals.length);
            }
        }

        /**
         * {@inheritDoc}
         *
         * @throws MemflowException with kind {@link ErrorKind#OUT_OF_BOUNDS} when there are more runs than allowed
         */
        @Override
        public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
            int last = count - 1;
            boolean continues = last >= 0
                    && virtuals[last] + lengths[last] == virtual
                    && physicals[last] + lengths[last] == physical
                    // 0 does not follow the last address below 2^64: that one's upper word would be another.
                    && physical != 0
                    && (!wide || (physicalUppers[last] == physicalUpper && virtualUppers[last] == virtualUpper));
            if (continues) {
                lengths[last] += length;
                return true;
            }
            if (count == mostRuns) {
                throw new MemflowException(
                        ErrorOrigin.VIRTUAL_TRANSLATE,
                        ErrorKind.OUT_OF_BOUNDS,
                        "The tables map more than %d separate runs; allow more, or index a part of the space."
                                .formatted(mostRuns));
            }
            if (count == physicals.length) {
                grow();
            }
            physicals[count] = physical;
            virtuals[count] = virtual;
            lengths[count] = length;
            if (wide) {
                physicalUppers[count] = physicalUpper;
                virtualUppers[count] = virtualUpper;
            }
            count++;
            return true;
        }

        private void grow() {
            int capacity = (int) Math.min(mostRuns, 2L * count);
            physicals = Arrays.copyOf(physicals, capacity);
            virtuals = Arrays.copyOf(virtuals, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
            if (wide) {
                physicalUppers = Arrays.copyOf(physicalUppers, capacity);
                virtualUppers = Arrays.copyOf(virtualUppers, capacity);
            }
        }

        /**
         * The index of all mappings taken so far.
         *
         * @param end how the walk that gave them ended
         */
        public ReverseIndex build(WalkEnd end) {
            return new ReverseIndex(this, end);
        }

        /** Numbers of the runs in ascending order of physical address: a merge sort from the bottom up. */
        private int[] orderByPhysical() {
            int[] order = new int[count];
            for (int i = 0; i < count; i++) {
                order[i] = i;
            }
            int[] merged = new int[count];
            for (int width = 1; width < count; width *= 2) {
                for (int from = 0; from < count; from += 2 * width) {
                    merge(order, merged, from, Math.min(from + width, count), Math.min(from + 2 * width, count));
                }
                int[] swap = order;
                order = merged;
                merged = swap;
            }
            return order;
        }

        private void merge(int[] source, int[] target, int from, int middle, int to) {
            int left = from;
            int right = middle;
            for (int i = from; i < to; i++) {
                boolean takeLeft = right >= to || (left < middle && compare(source[left], source[right]) <= 0);
                target[i] = takeLeft ? source[left++] : source[right++];
            }
        }

        private int compare(int a, int b) {
            long upperA = wide ? physicalUppers[a] : 0;
            long upperB = wide ? physicalUppers[b] : 0;
            return WideWord.compare(upperA, physicals[a], upperB, physicals[b]);
        }
    }
}
