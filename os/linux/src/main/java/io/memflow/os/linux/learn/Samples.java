package io.memflow.os.linux.learn;

import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Objects of one kind, side by side: what is at one offset of all of them is looked at together. Confined. */
final class Samples {
    /** More objects than this make nothing surer. */
    static final int MOST = 2000;

    private final KernelBytes source;
    private final List<Long> addresses;
    private final List<MemorySegment> copies = new ArrayList<>();
    private final int size;

    /** What one object says of one offset. */
    @FunctionalInterface
    interface Check {
        Verdict of(int sample, int offset);
    }

    /**
     * @param size most bytes of each object to look at, whether or not all of them belong to it
     */
    Samples(KernelBytes source, Collection<Long> addresses, int size) {
        this.source = source;
        this.addresses = addresses.stream().limit(MOST).toList();
        this.size = (int) Math.min(size, closest(this.addresses));
        this.addresses.forEach(address -> copies.add(source.copy(address, this.size)));
    }

    /** Objects do not overlap: none is larger than two are apart. */
    private static long closest(List<Long> addresses) {
        List<Long> sorted = addresses.stream().sorted(Long::compareUnsigned).toList();
        long closest = Integer.MAX_VALUE;
        for (int i = 1; i < sorted.size(); i++) {
            long apart = sorted.get(i) - sorted.get(i - 1);
            // One address may be met twice, and two may lie in different halves of the space.
            closest = apart > 0 ? Math.min(closest, apart) : closest;
        }
        return closest;
    }

    int count() {
        return copies.size();
    }

    long address(int sample) {
        return addresses.get(sample);
    }

    List<Long> addresses() {
        return addresses;
    }

    long word(int sample, int offset) {
        return source.word() == Long.BYTES ? quad(sample, offset) : number(sample, offset);
    }

    /** An unsigned 32-bit number; 0 outside what is looked at, as for what cannot be read. */
    long number(int sample, int offset) {
        if (offset < 0 || offset > size - Integer.BYTES) {
            return 0;
        }
        return copies.get(sample).get(ScalarLayout.INT_LITTLE, offset) & 0xFFFF_FFFFL;
    }

    /** A 64-bit number, as {@link #number}. */
    long quad(int sample, int offset) {
        if (offset < 0 || offset > size - Long.BYTES) {
            return 0;
        }
        return copies.get(sample).get(ScalarLayout.LONG_LITTLE, offset);
    }

    Optional<String> text(int sample, int offset, int limit) {
        return offset < 0 || offset >= size
                ? Optional.empty()
                : KernelBytes.text(copies.get(sample), offset, Math.min(limit, size - offset));
    }

    /** Whether a list of one entry or more goes through a place, as its neighbours confirm. */
    boolean isLink(int sample, int offset) {
        long here = address(sample) + offset;
        long next = word(sample, offset);
        long previous = word(sample, offset + source.word());
        return source.isAlignedKernel(next)
                && source.isAlignedKernel(previous)
                && (next == here ? previous == here : source.word(next + source.word()) == here)
                && (previous == here || source.word(previous) == here);
    }

    /** Every offset of a range that fits, by pointer-sized steps. */
    List<Ruling> words(int from, int to, int fewest, Check check) {
        return search(from, Math.min(to, size - source.word()), source.word(), fewest, check);
    }

    /** Every offset of a range that fits, by steps of four bytes. */
    List<Ruling> numbers(int from, int to, int fewest, Check check) {
        return search(from, Math.min(to, size - Integer.BYTES), Integer.BYTES, fewest, check);
    }

    /** Bytes of each object that are looked at. */
    int size() {
        return size;
    }

    private List<Ruling> search(int from, int to, int step, int fewest, Check check) {
        List<Ruling> fitting = new ArrayList<>();
        for (int offset = Math.max(from, 0); offset <= to; offset += step) {
            Ruling ruling = judge(offset, check);
            if (ruling.holds(fewest)) {
                fitting.add(ruling);
            }
        }
        return fitting;
    }

    /** What all objects say of one offset. Stops early when too many disagree. */
    Ruling judge(int offset, Check check) {
        int agreed = 0;
        int disagreed = 0;
        int mostDisagreeing = count() / Ruling.TOLERANCE + 1;
        for (int sample = 0; sample < count() && disagreed <= mostDisagreeing; sample++) {
            switch (check.of(sample, offset)) {
                case AGREES -> agreed++;
                case DISAGREES -> disagreed++;
                case SILENT -> {}
            }
        }
        return new Ruling(offset, agreed, disagreed);
    }

    int countOf(IntPredicate property) {
        int counted = 0;
        for (int sample = 0; sample < count(); sample++) {
            counted += property.test(sample) ? 1 : 0;
        }
        return counted;
    }
}
