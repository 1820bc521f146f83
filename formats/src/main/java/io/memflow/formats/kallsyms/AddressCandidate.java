package io.memflow.formats.kallsyms;

import java.util.ArrayList;
import java.util.List;

/**
 * A place where the addresses could be, and how they would be stored there.
 *
 * @param offset of the first stored address in the image
 * @param base what relative addresses count from; 0 for the others
 */
record AddressCandidate(long offset, AddressEncoding encoding, long base) {
    /**
     * Every place and encoding that a kernel ever used, the older first.
     *
     * @param tokensEnd where the token index ends
     * @param countOffset where the number of symbols lies
     * @param count how many addresses there are
     */
    static List<AddressCandidate> all(KernelImage image, long tokensEnd, long countOffset, int count) {
        int pointer = image.pointerBytes();
        List<AddressCandidate> candidates = new ArrayList<>();
        long base = countOffset - pointer;
        addRelative(
                candidates, image, KernelImage.alignDown(base - (long) count * Integer.BYTES, pointer), base, count);
        candidates.add(new AddressCandidate(countOffset - (long) count * pointer, AddressEncoding.ABSOLUTE, 0));
        long after = KernelImage.alignUp(tokensEnd, pointer);
        addRelative(
                candidates, image, after, KernelImage.alignUp(after + (long) count * Integer.BYTES, pointer), count);
        candidates.add(new AddressCandidate(after, AddressEncoding.ABSOLUTE, 0));
        candidates.add(
                new AddressCandidate(KernelImage.alignUp(tokensEnd, Integer.BYTES), AddressEncoding.PLACE_RELATIVE, 0));
        return candidates;
    }

    /**
     * The places of addresses that count from a base which is known otherwise, where their own base is damaged. A base
     * that is intact counts: an image may be seen at other addresses than those it runs at.
     */
    static List<AddressCandidate> relativeTo(
            KernelImage image, long base, long tokensEnd, long countOffset, int count) {
        int pointer = image.pointerBytes();
        List<AddressCandidate> candidates = new ArrayList<>();
        long before = KernelImage.alignDown(countOffset - pointer - (long) count * Integer.BYTES, pointer);
        addDamaged(candidates, image, before, countOffset - pointer, base);
        long after = KernelImage.alignUp(tokensEnd, pointer);
        addDamaged(candidates, image, after, KernelImage.alignUp(after + (long) count * Integer.BYTES, pointer), base);
        return candidates;
    }

    private static void addDamaged(
            List<AddressCandidate> candidates, KernelImage image, long offset, long baseOffset, long base) {
        long stored = image.holds(baseOffset, image.pointerBytes()) ? image.pointer(baseOffset) : 0;
        boolean intact = image.inKernelSpace(stored) && stored % PageLedger.PAGE_BYTES == 0;
        if (!intact) {
            candidates.add(new AddressCandidate(offset, AddressEncoding.RELATIVE_ABSOLUTE_PERCPU, base));
            candidates.add(new AddressCandidate(offset, AddressEncoding.RELATIVE, base));
        }
    }

    private static void addRelative(
            List<AddressCandidate> candidates, KernelImage image, long offset, long baseOffset, int count) {
        if (!image.holds(offset, (long) count * Integer.BYTES) || !image.holds(baseOffset, image.pointerBytes())) {
            return;
        }
        long base = image.pointer(baseOffset);
        if (image.inKernelSpace(base)) {
            candidates.add(new AddressCandidate(offset, AddressEncoding.RELATIVE_ABSOLUTE_PERCPU, base));
            candidates.add(new AddressCandidate(offset, AddressEncoding.RELATIVE, base));
        }
    }

    /** Bytes of one stored address. */
    int width(KernelImage image) {
        return encoding == AddressEncoding.ABSOLUTE ? image.pointerBytes() : Integer.BYTES;
    }

    boolean isRelative() {
        return encoding == AddressEncoding.RELATIVE || encoding == AddressEncoding.RELATIVE_ABSOLUTE_PERCPU;
    }

    /** The addresses of so many symbols, decoded. */
    long[] values(KernelImage image, int count) {
        if (encoding == AddressEncoding.ABSOLUTE && image.pointerBytes() == Long.BYTES) {
            long[] values = new long[count];
            image.longs(offset, values, count);
            return values;
        }
        long mask = image.pointerBytes() == Long.BYTES ? -1L : 0xFFFF_FFFFL;
        int[] stored = image.ints(offset, count);
        long[] values = new long[count];
        switch (encoding) {
            case ABSOLUTE, RELATIVE -> {
                for (int entry = 0; entry < count; entry++) {
                    values[entry] = (base + (stored[entry] & 0xFFFF_FFFFL)) & mask;
                }
            }
            case RELATIVE_ABSOLUTE_PERCPU -> {
                for (int entry = 0; entry < count; entry++) {
                    int value = stored[entry];
                    values[entry] = (value >= 0 ? value : base - 1 - value) & mask;
                }
            }
            case PLACE_RELATIVE -> {
                long place = image.addressOf(offset);
                for (int entry = 0; entry < count; entry++) {
                    values[entry] = (place + (long) entry * Integer.BYTES + stored[entry]) & mask;
                }
            }
        }
        return values;
    }
}
