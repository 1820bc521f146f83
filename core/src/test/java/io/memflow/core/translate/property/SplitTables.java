package io.memflow.core.translate.property;

import io.memflow.core.memory.Fault;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.translate.PageTableBuilder;
import io.memflow.core.translate.reference.Outcome;
import java.math.BigInteger;
import java.util.Optional;
import java.util.SplittableRandom;

/** Two trees of random tables in one memory; what spoils one may spoil both. */
final class SplitTables implements MadeSpace {
    private final Split split;
    private final SplittableRandom random;
    private final MadeTables lower;
    private final MadeTables upper;

    SplitTables(Split split, SplittableRandom random) {
        this.split = split;
        this.random = random;
        MadeMemory memory = new MadeMemory(split.memoryBits(), 0);
        PageTableBuilder builder = MadeTables.builder(memory, random);
        AddressSpace.Tree lowerTree = builder.newTree(split.lower().format());
        AddressSpace.Tree upperTree = builder.newTree(split.upper().format());
        lower = new MadeTables(split.lower(), memory, builder, lowerTree, random);
        upper = new MadeTables(split.upper(), memory, builder, upperTree, random);
    }

    @Override
    public MadeMemory memory() {
        return lower.memory;
    }

    @Override
    public AddressSpace space() {
        return new AddressSpace(lower.tree, Optional.of(upper.tree));
    }

    @Override
    public String name() {
        return split.name();
    }

    @Override
    public long pageSize() {
        return Math.min(lower.pageSize(), upper.pageSize());
    }

    @Override
    public Outcome judge(BigInteger virtual) {
        return switch (split.rule().of(virtual)) {
            case LOWER -> lower.judge(virtual);
            case UPPER -> upper.judge(virtual);
            case NEITHER ->
                new Outcome(Fault.NOT_CANONICAL, 0, Long.numberOfTrailingZeros(pageSize()), BigInteger.ZERO, 0);
        };
    }

    /** An address of either tree, also where the other one serves it, or near the border between them. */
    @Override
    public BigInteger virtual() {
        return switch (random.nextInt(9)) {
            case 0 ->
                border(lower.anywhere())
                        .add(BigInteger.valueOf(random.nextLong(-3 * pageSize(), 3 * pageSize())))
                        .mod(BigInteger.ONE.shiftLeft(Long.SIZE));
            case 1, 2, 3, 4 -> upper.virtual();
            default -> lower.virtual();
        };
    }

    /** The first address above one that something else serves: found by halving, since nothing is served in two pieces. */
    private BigInteger border(BigInteger from) {
        BigInteger low = from;
        BigInteger high = BigInteger.ONE.shiftLeft(space().lower().format().addressBits());
        Split.Half half = split.rule().of(low);
        while (high.subtract(low).compareTo(BigInteger.ONE) > 0) {
            BigInteger middle = low.add(high).shiftRight(1);
            if (split.rule().of(middle) == half) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** A page of one tree may reach into what the other one serves. */
    @Override
    public BigInteger entryEnd(Outcome outcome, BigInteger virtual) {
        return switch (split.rule().of(virtual)) {
            case LOWER -> lower.entryEnd(outcome, virtual).min(border(virtual));
            case UPPER -> upper.entryEnd(outcome, virtual);
            case NEITHER ->
                outcome.first(virtual)
                        .add(BigInteger.ONE.shiftLeft(outcome.spanBits()))
                        .max(border(virtual));
        };
    }

    @Override
    public boolean isTagged(BigInteger virtual) {
        return switch (split.rule().of(virtual)) {
            case LOWER -> lower.isTagged(virtual);
            case UPPER -> upper.isTagged(virtual);
            case NEITHER -> false;
        };
    }
}
