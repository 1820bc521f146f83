package io.memflow.cli.doctor;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep.Confidence;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * What some pages of a memory hold, taken at even distances.
 *
 * @param pages how many were looked at
 * @param unreadable how many of them could not be read
 * @param zero how many hold nothing but zeros
 * @param dense how many cannot be packed any more, as packed or encrypted data
 */
record MemorySample(int pages, int unreadable, int zero, int dense) {
    private static final int PAGE_BYTES = 4096;
    private static final int MOST_PAGES = 2048;
    /** Memory of a machine has structures and zeros; a share above this in a hundred is something else. */
    private static final int MOST_DENSE = 95;

    private static final int HUNDRED = 100;
    /** What a page of random bytes is packed to, and no page of a machine's structures. */
    private static final int DENSE_BYTES = PAGE_BYTES - 64;

    static MemorySample of(PhysicalMemory memory) {
        byte[] page = new byte[PAGE_BYTES];
        MemorySegment target = MemorySegment.ofArray(page);
        int pages = 0;
        int unreadable = 0;
        int zero = 0;
        int dense = 0;
        long total = Math.max(memory.map().totalBytes(), 1);
        for (AddressRange range : memory.map().ranges()) {
            long share = Math.max(1, Math.round((double) MOST_PAGES * range.length() / total));
            long distance = Math.max(PAGE_BYTES, range.length() / share & -PAGE_BYTES);
            for (long at = 0; at + PAGE_BYTES <= range.length() && pages < 2 * MOST_PAGES; at += distance) {
                pages++;
                if (memory.tryRead(range.start() + at, target) != Fault.NONE) {
                    unreadable++;
                } else if (isZero(page)) {
                    zero++;
                } else if (isDense(page)) {
                    dense++;
                }
            }
        }
        return new MemorySample(pages, unreadable, zero, dense);
    }

    private static boolean isZero(byte[] page) {
        return Arrays.mismatch(page, new byte[PAGE_BYTES]) < 0;
    }

    /** Whether a page cannot be packed any more. */
    private static boolean isDense(byte[] page) {
        try (Deflater packer = new Deflater(Deflater.BEST_SPEED)) {
            packer.setInput(page);
            packer.finish();
            return packer.deflate(new byte[PAGE_BYTES]) >= DENSE_BYTES;
        }
    }

    private boolean isPacked() {
        return dense * HUNDRED > (pages - unreadable) * MOST_DENSE;
    }

    Confidence confidence() {
        boolean empty = pages == 0 || zero + unreadable == pages;
        return empty || isPacked() ? Confidence.MISSING : Confidence.CONFIRMED;
    }

    String describe() {
        String text = "of %d pages looked at, %d hold only zeros, %d cannot be read".formatted(pages, zero, unreadable);
        return isPacked() && pages > unreadable
                ? text + "; the others look random: packed or encrypted data is no memory"
                : text;
    }
}
