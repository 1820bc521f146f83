package io.memflow.core.translate.property;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.translate.MappingSink;
import io.memflow.core.translate.PageTableWalk;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.WalkEnd;
import io.memflow.core.translate.reference.Outcome;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WalkPropertyTest {
    private static final int WALKS = 6;
    private static final int PROBES = 4;
    private static final long BUDGET = 1 << 20;

    static List<Architecture> architectures() {
        return Architecture.all();
    }

    /** A run that a walk reported. */
    record Run(BigInteger first, long length, Fault fault, int level, BigInteger physical, int type, long size) {
        /** Where it ends, given where the next begins: a length of 0 stands for 2^64 or more. */
        BigInteger end(BigInteger next) {
            BigInteger least = BigInteger.ONE.shiftLeft(Long.SIZE);
            return length == 0 ? first.add(least).max(next) : first.add(Wide.unsigned(length));
        }
    }

    static final class Collector implements MappingSink {
        final List<Run> runs = new ArrayList<>();
        private long virtualUpper;
        private long physicalUpper;

        @Override
        public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
            runs.add(new Run(
                    Wide.of(virtualUpper, virtual),
                    length,
                    Fault.NONE,
                    0,
                    Wide.of(physicalUpper, physical),
                    pageType,
                    pageSize));
            return true;
        }

        @Override
        public boolean missing(long virtual, long length, Fault cause, int level) {
            runs.add(new Run(Wide.of(virtualUpper, virtual), length, cause, level, BigInteger.ZERO, 0, 0));
            return true;
        }

        @Override
        public void upper(long newVirtualUpper, long newPhysicalUpper) {
            virtualUpper = newVirtualUpper;
            physicalUpper = newPhysicalUpper;
        }
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void reportsEveryByteOfARangeAsTheModelDoes(Architecture architecture) {
        Rounds.run("walking " + architecture, 1, random -> {
            MadeTables tables = new MadeTables(architecture, random);
            long cases = 0;
            try (MadeMemory memory = tables.memory) {
                for (int i = 0; i < WALKS; i++) {
                    cases += walk(tables, memory, random);
                }
            }
            return cases;
        });
    }

    private static long walk(MadeTables tables, MadeMemory memory, SplittableRandom random) {
        PageTableWalker walker =
                new PageTableWalker(random.nextInt(3) == 0 ? memory.distant() : memory.direct(), tables.tree.format());
        int scratch = random.nextBoolean() ? PageTableWalk.DEFAULT_SCRATCH_BYTES : 16 << 10;
        PageTableWalk walk = new PageTableWalk(walker, scratch, BUDGET);
        BigInteger first = tables.virtual();
        BigInteger last = tables.lastOf(first, random);
        Collector collector = new Collector();
        WalkEnd end = walk.walk(
                tables.tree,
                Wide.upper(first),
                first.longValue(),
                Wide.upper(last),
                last.longValue(),
                PageTableWalk.Holes.REPORT,
                collector);
        assertThat(end).isEqualTo(WalkEnd.COMPLETE);
        String where =
                "%s from 0x%s to 0x%s".formatted(tables.tree.format().name(), first.toString(16), last.toString(16));
        return check(tables, collector.runs, first, last, where, random);
    }

    /** Holds what a walk with holes reported of a range against the model; returns how many addresses were looked at. */
    static long check(
            MadeSpace tables,
            List<Run> runs,
            BigInteger first,
            BigInteger last,
            String where,
            SplittableRandom random) {
        BigInteger at = first;
        long cases = 1;
        for (int number = 0; number < runs.size(); number++) {
            Run run = runs.get(number);
            assertThat(run.first).as("%s: run %d", where, number).isEqualTo(at);
            boolean isLast = number + 1 == runs.size();
            at = run.end(isLast ? last.add(BigInteger.ONE) : runs.get(number + 1).first);
            BigInteger length = at.subtract(run.first);
            for (int i = 0; i < PROBES; i++) {
                BigInteger offset = switch (i) {
                    case 0 -> BigInteger.ZERO;
                    case 1 -> length.subtract(BigInteger.ONE);
                    default -> Wide.of(random.nextLong(), random.nextLong()).mod(length);
                };
                check(tables, run, offset, where);
                cases++;
            }
        }
        assertThat(at).as("%s: end", where).isEqualTo(last.add(BigInteger.ONE));
        return cases;
    }

    private static void check(MadeSpace tables, Run run, BigInteger offset, String where) {
        BigInteger virtual = run.first.add(offset);
        Outcome wanted = tables.judge(virtual);
        if (run.fault == Fault.NOT_CANONICAL && tables.isTagged(virtual)) {
            // A walk reports what is mapped once, not under every value of the ignored bits.
            return;
        }
        boolean same = run.fault == wanted.fault()
                && (run.fault == Fault.NONE
                        ? run.physical.add(offset).equals(wanted.physical())
                                && run.type == wanted.pageType()
                                && run.size == 1L << wanted.spanBits()
                        : run.fault == Fault.NOT_CANONICAL || run.level == wanted.level());
        if (!same) {
            assertThat(run)
                    .as("%s: at 0x%s", where, virtual.toString(16))
                    .hasToString("what the model says: " + wanted);
        }
    }
}
