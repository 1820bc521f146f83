package io.memflow.formats.kallsyms;

import java.util.Arrays;

/**
 * What speaks for the pages of an image being as the kernel wrote them. Damage comes in whole pages, so what proves one
 * part of a page proves all of it, and what refutes one part refutes all of it. Confined.
 */
final class PageLedger {
    /** The smallest page there is, which damage comes in. */
    static final int PAGE_BYTES = 4096;

    /** Bytes of chance pass that many independent bits of proof once in a million million pages. */
    private static final int ENOUGH_BITS = 40;

    private final KernelImage image;
    /** Where the page of the image's first byte starts, as an offset in the image; not positive. */
    private final long firstPage;

    private final int[] proofs;

    PageLedger(KernelImage image) {
        this.image = image;
        firstPage = -(image.virtualAddress() & (PAGE_BYTES - 1));
        proofs = new int[page(image.size()) + 1];
    }

    /** The number of the page that holds a byte. */
    int page(long offset) {
        return (int) ((offset - firstPage) / PAGE_BYTES);
    }

    /** Offset of the first byte behind a page. */
    long end(int page) {
        return firstPage + (page + 1L) * PAGE_BYTES;
    }

    /** Notes that a part of a page passed a check that chance passes once in two to that many. */
    void prove(long offset, int bits) {
        int page = page(offset);
        if (proofs[page] >= 0) {
            proofs[page] = Math.min(proofs[page] + bits, ENOUGH_BITS);
        }
    }

    /** Notes that a page holds what no kernel writes; nothing proves it any more. */
    void refute(int page) {
        proofs[page] = -1;
    }

    /** Whether all pages of a range were proven. */
    boolean isProven(long from, long to) {
        for (int page = page(from); page <= page(to - 1); page++) {
            if (proofs[page] < ENOUGH_BITS) {
                return false;
            }
        }
        return true;
    }

    /** Whether a page that lies whole in the image holds zeros only: no table of symbols does. */
    boolean isBlank(int page) {
        long start = end(page) - PAGE_BYTES;
        return image.holds(start, PAGE_BYTES) && Arrays.equals(image.bytes(start, PAGE_BYTES), new byte[PAGE_BYTES]);
    }
}
