package io.memflow.core.translate.reference;

import io.memflow.core.memory.Fault;
import java.math.BigInteger;
import java.util.OptionalLong;

/** The made-up format with addresses of 128 bits, from the description at the head of {@code WidePaging}. */
public record WideModel() implements ReferenceMmu {
    private static final int PAGE = 16;
    private static final int INDEX = 12;
    private static final int LEVELS = 10;
    private static final BigInteger FRAME = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE.shiftLeft(PAGE));

    @Override
    public Outcome translate(Words memory, BigInteger root, BigInteger virtual) {
        if (virtual.bitLength() > 128) {
            return Outcome.fault(Fault.NOT_CANONICAL, LEVELS, PAGE);
        }
        Access access = new Access();
        BigInteger table = root.and(FRAME);
        for (int level = LEVELS; ; level--) {
            int low = PAGE + INDEX * (level - 1);
            BigInteger index = virtual.shiftRight(low).mod(BigInteger.ONE.shiftLeft(INDEX));
            BigInteger at = table.add(index.multiply(BigInteger.valueOf(16)));
            OptionalLong lower = memory.read(at, 8);
            OptionalLong upper = memory.read(at.add(BigInteger.valueOf(8)), 8);
            if (lower.isEmpty() || upper.isEmpty()) {
                return Outcome.fault(Fault.TABLE_UNREADABLE, level, low);
            }
            BigInteger entry = unsigned(upper.getAsLong()).shiftLeft(64).or(unsigned(lower.getAsLong()));
            if (!entry.testBit(0)) {
                return Outcome.fault(Fault.NOT_PRESENT, level, low);
            }
            boolean large = level > 1 && entry.testBit(7);
            boolean page = level == 1 || large;
            BigInteger below = BigInteger.ONE.shiftLeft(low).subtract(BigInteger.ONE);
            boolean reserved = entry.shiftRight(8).intValue() % 256 != 0
                    || (large && level > 3)
                    || (page && entry.and(FRAME).and(below).signum() != 0);
            if (reserved) {
                return Outcome.fault(Fault.RESERVED_BITS, level, low);
            }
            access.write &= entry.testBit(1);
            access.user &= entry.testBit(2);
            if (entry.testBit(3)) {
                access.neverExecute();
            }
            table = entry.and(FRAME);
            if (page) {
                access.accessed = entry.testBit(4);
                access.dirty = entry.testBit(5);
                access.global = entry.testBit(6);
                return new Outcome(Fault.NONE, level, low, table.or(virtual.and(below)), access.pageType());
            }
        }
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
