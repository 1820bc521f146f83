package io.memflow.core.translate.property;

import io.memflow.core.paging.AddressSpace;
import io.memflow.core.translate.reference.Outcome;
import java.math.BigInteger;
import java.util.SplittableRandom;

/** An address space of random tables, and who judges what is said of it. */
interface MadeSpace {
    int MOST_SPANS = 200;

    /** What holds the tables and the pages. */
    MadeMemory memory();

    AddressSpace space();

    /** What failures call it. */
    String name();

    /** Bytes of the smallest page. */
    long pageSize();

    /** What the model says of an address. */
    Outcome judge(BigInteger virtual);

    /** An address of the space, or of none. */
    BigInteger virtual();

    /** Whether an address has bits set that the processor ignores. */
    boolean isTagged(BigInteger virtual);

    /** The end of a range: some outcomes further on, but not so far that a budget of entries could be used up. */
    default BigInteger lastOf(BigInteger first, SplittableRandom random) {
        BigInteger end = BigInteger.ONE.shiftLeft(
                Math.max(Long.SIZE, space().lower().format().addressBits()));
        BigInteger at = first;
        int spans = 1 + random.nextInt(MOST_SPANS);
        for (int i = 0; i < spans; i++) {
            Outcome outcome = judge(at);
            BigInteger next = outcome.first(at).add(BigInteger.ONE.shiftLeft(outcome.spanBits()));
            if (next.compareTo(end) >= 0) {
                break;
            }
            at = next;
        }
        return random.nextBoolean()
                ? at
                : at.max(first.add(BigInteger.valueOf(random.nextLong(4096))).min(end.subtract(BigInteger.ONE)));
    }

    /**
     * The address after those that one entry gives this outcome to. A page of several entries ends with the first: noise may
     * have left only some of them.
     */
    BigInteger entryEnd(Outcome outcome, BigInteger virtual);
}
