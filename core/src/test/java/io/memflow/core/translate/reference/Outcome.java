package io.memflow.core.translate.reference;

import io.memflow.core.memory.Fault;
import java.math.BigInteger;

/**
 * What a model says of one address.
 *
 * @param fault NONE when it translates
 * @param level level of the entry that decided, 1 being the last
 * @param spanBits log2 of the bytes that share this outcome
 * @param physical the physical address; 0 with a fault
 * @param pageType flags of PageType; 0 with a fault
 */
public record Outcome(Fault fault, int level, int spanBits, BigInteger physical, int pageType) {
    public Outcome {
        // No entry decides that an address is none.
        level = fault == Fault.NOT_CANONICAL ? 0 : level;
    }

    /** The first address that has this outcome too, given one that has it. */
    public BigInteger first(BigInteger virtual) {
        return virtual.shiftRight(spanBits).shiftLeft(spanBits);
    }

    static Outcome fault(Fault fault, int level, int spanBits) {
        return new Outcome(fault, level, spanBits, BigInteger.ZERO, 0);
    }

    static Outcome page(int level, int spanBits, long physical, int pageType) {
        return new Outcome(Fault.NONE, level, spanBits, new BigInteger(Long.toUnsignedString(physical)), pageType);
    }
}
