package io.memflow.core.translate.property;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.translate.PageTableWalk;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.ReverseIndex;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.translate.WalkEnd;
import io.memflow.core.translate.reference.Outcome;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which virtual addresses a physical one has, against a plain list of every page of a range: small and huge pages over the
 * same bytes, any byte of them, and bytes that nothing maps.
 */
class ReverseIndexPropertyTest {
    private static final int RANGES = 4;
    private static final int QUERIES = 60;
    private static final int MOST_RUNS = 1 << 20;

    static List<Architecture> architectures() {
        return Architecture.all();
    }

    static List<Split.Family> families() {
        return Split.families();
    }

    /** Virtual addresses that share a page, or the part of one inside the range. */
    private record Page(BigInteger virtual, BigInteger physical, BigInteger length) {
        boolean holds(BigInteger address) {
            BigInteger offset = address.subtract(physical);
            return offset.signum() >= 0 && offset.compareTo(length) < 0;
        }
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void findsEveryAddressOfAnyByte(Architecture architecture) {
        Rounds.run("reverse look-up in " + architecture, 0.5, random -> {
            MadeTables tables = new MadeTables(architecture, random);
            long cases = 0;
            try (MadeMemory memory = tables.memory) {
                for (int i = 0; i < RANGES; i++) {
                    BigInteger first = tables.virtual();
                    BigInteger last = tables.lastOf(first, random);
                    PageTableWalk walk = new PageTableWalk(new PageTableWalker(
                            random.nextInt(3) == 0 ? memory.distant() : memory.direct(), tables.tree.format()));
                    ReverseIndex.Builder builder = new ReverseIndex.Builder(MOST_RUNS);
                    WalkEnd end = walk.walk(
                            tables.tree,
                            Wide.upper(first),
                            first.longValue(),
                            Wide.upper(last),
                            last.longValue(),
                            PageTableWalk.Holes.SKIP,
                            builder);
                    cases += check(tables, builder.build(end), first, last, random);
                }
            }
            return cases;
        });
    }

    @ParameterizedTest
    @MethodSource("families")
    void findsWhatEitherTreeMaps(Split.Family family) {
        Rounds.run("reverse look-up in " + family, 0.5, random -> {
            SplitTables tables = new SplitTables(
                    family.splits().get(random.nextInt(family.splits().size())), random);
            long cases = 0;
            try (MadeMemory memory = tables.memory()) {
                for (int i = 0; i < RANGES; i++) {
                    BigInteger first = tables.virtual();
                    BigInteger last = tables.lastOf(first, random);
                    VirtualMemory view = new VirtualMemory(memory.direct(), tables.space());
                    ReverseIndex.Builder builder = new ReverseIndex.Builder(MOST_RUNS);
                    WalkEnd end = view.walk(first.longValue(), last.longValue(), PageTableWalk.Holes.SKIP, builder);
                    cases += check(tables, builder.build(end), first, last, random);
                }
            }
            return cases;
        });
    }

    private static long check(
            MadeSpace tables, ReverseIndex index, BigInteger first, BigInteger last, SplittableRandom random) {
        assertThat(index.walkEnd()).isEqualTo(WalkEnd.COMPLETE);
        List<Page> pages = pages(tables, first, last);
        for (int i = 0; i < QUERIES; i++) {
            BigInteger physical = physical(tables, pages, random);
            List<BigInteger> wanted = new ArrayList<>();
            for (Page page : pages) {
                if (page.holds(physical)) {
                    wanted.add(page.virtual.add(physical.subtract(page.physical)));
                }
            }
            List<BigInteger> found = new ArrayList<>();
            boolean whole = index.find(Wide.upper(physical), physical.longValue(), (upper, address) -> {
                found.add(Wide.of(upper, address));
                return true;
            });
            assertThat(whole).isTrue();
            found.sort(null);
            wanted.sort(null);
            if (!found.equals(wanted)) {
                assertThat(found)
                        .as(
                                "%s, physical 0x%s of 0x%s to 0x%s",
                                tables.name(), physical.toString(16), first.toString(16), last.toString(16))
                        .isEqualTo(wanted);
            }
            checkStop(index, physical, wanted.size(), random);
        }
        return QUERIES;
    }

    /** A sink that has enough gets no more. */
    private static void checkStop(ReverseIndex index, BigInteger physical, int there, SplittableRandom random) {
        if (there == 0) {
            return;
        }
        int enough = 1 + random.nextInt(there);
        int[] taken = {0};
        boolean whole = index.find(Wide.upper(physical), physical.longValue(), (upper, address) -> ++taken[0] < enough);
        assertThat(whole).isFalse();
        assertThat(taken[0]).isEqualTo(enough);
    }

    /** Entry by entry, as the model has them. */
    private static List<Page> pages(MadeSpace tables, BigInteger first, BigInteger last) {
        List<Page> pages = new ArrayList<>();
        BigInteger at = first;
        while (at.compareTo(last) <= 0) {
            Outcome outcome = tables.judge(at);
            BigInteger end = tables.entryEnd(outcome, at).min(last.add(BigInteger.ONE));
            // Under a tag that the processor ignores, a walk does not report what is mapped once more.
            if (outcome.fault() == Fault.NONE && !tables.isTagged(at)) {
                pages.add(new Page(at, outcome.physical(), end.subtract(at)));
            }
            at = end;
        }
        return pages;
    }

    /** A byte of a page, one next to its ends, or any. */
    private static BigInteger physical(MadeSpace tables, List<Page> pages, SplittableRandom random) {
        BigInteger anywhere = Wide.of(tables.memory().upper, random.nextLong(1L << 40));
        if (pages.isEmpty() || random.nextInt(8) == 0) {
            return random.nextBoolean() ? anywhere : Wide.of(0, random.nextLong(tables.memory().bytes.length));
        }
        Page page = pages.get(random.nextInt(pages.size()));
        BigInteger offset = switch (random.nextInt(5)) {
            case 0 -> BigInteger.ONE.negate();
            case 1 -> BigInteger.ZERO;
            case 2 -> page.length.subtract(BigInteger.ONE);
            case 3 -> page.length;
            default -> Wide.of(random.nextLong(), random.nextLong()).mod(page.length);
        };
        return page.physical.add(offset).max(BigInteger.ZERO).min(Wide.of(-1, -1));
    }
}
