package io.memflow.core.translate.property;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.translate.PageTableWalk;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.TranslationList;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.translate.WalkEnd;
import io.memflow.core.translate.reference.Outcome;
import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Spaces of a lower and an upper root: what each address is served by, and everything between the two. */
class SplitSpacePropertyTest {
    private static final int REQUESTS = 200;
    private static final int WALKS = 3;

    static List<Split.Family> families() {
        return Split.families();
    }

    private static SplitTables make(Split.Family family, SplittableRandom random) {
        return new SplitTables(
                family.splits().get(random.nextInt(family.splits().size())), random);
    }

    private static VirtualMemory view(SplitTables tables, SplittableRandom random) {
        MadeMemory memory = tables.memory();
        return new VirtualMemory(random.nextInt(3) == 0 ? memory.distant() : memory.direct(), tables.space());
    }

    @ParameterizedTest
    @MethodSource("families")
    void translatesOneAndManyAsTheModelsDo(Split.Family family) {
        Rounds.run("translating in " + family, 1, random -> {
            SplitTables tables = make(family, random);
            try (MadeMemory _ = tables.memory()) {
                VirtualMemory view = view(tables, random);
                TranslationList list = new TranslationList();
                for (int i = 0; i < REQUESTS; i++) {
                    list.add(tables.virtual().longValue());
                }
                view.translate(list);
                Translation single = new Translation();
                for (int i = 0; i < REQUESTS; i++) {
                    BigInteger virtual = Wide.unsigned(list.virtual(i));
                    Outcome wanted = tables.judge(virtual);
                    var _ = view.translate(list.virtual(i), single);
                    check(tables, virtual, wanted, one(single));
                    check(tables, virtual, wanted, listed(list, i));
                }
            }
            return REQUESTS;
        });
    }

    private static Outcome one(Translation found) {
        boolean mapped = found.fault() == Fault.NONE;
        return new Outcome(
                found.fault(),
                found.level(),
                Long.numberOfTrailingZeros(found.pageSize()),
                mapped ? Wide.of(found.physicalUpper(), found.physical()) : BigInteger.ZERO,
                mapped ? found.pageType() : 0);
    }

    private static Outcome listed(TranslationList list, int index) {
        boolean mapped = list.fault(index) == Fault.NONE;
        assertThat(list.isMapped(index)).isEqualTo(mapped);
        return new Outcome(
                list.fault(index),
                list.level(index),
                Long.numberOfTrailingZeros(list.pageSize(index)),
                mapped ? Wide.of(list.physicalUpper(index), list.physical(index)) : BigInteger.ZERO,
                mapped ? list.pageType(index) : 0);
    }

    /** Where neither tree serves an address, either one's page size is right for how many share that. */
    private static void check(SplitTables tables, BigInteger virtual, Outcome wanted, Outcome found) {
        boolean same =
                wanted.fault() == Fault.NOT_CANONICAL ? found.fault() == Fault.NOT_CANONICAL : found.equals(wanted);
        if (!same) {
            assertThat(found).as("%s 0x%s", tables.name(), virtual.toString(16)).isEqualTo(wanted);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void walksReportEveryByteOnceAsTheModelsDo(Split.Family family) {
        Rounds.run("walking " + family, 1, random -> {
            SplitTables tables = make(family, random);
            long cases = 0;
            try (MadeMemory _ = tables.memory()) {
                for (int i = 0; i < WALKS; i++) {
                    BigInteger first = tables.virtual();
                    BigInteger last = tables.lastOf(first, random);
                    WalkPropertyTest.Collector collector = new WalkPropertyTest.Collector();
                    WalkEnd end = view(tables, random)
                            .walk(first.longValue(), last.longValue(), PageTableWalk.Holes.REPORT, collector);
                    assertThat(end).isEqualTo(WalkEnd.COMPLETE);
                    String where =
                            "%s from 0x%s to 0x%s".formatted(tables.name(), first.toString(16), last.toString(16));
                    cases += WalkPropertyTest.check(tables, collector.runs, first, last, where, random);
                }
            }
            return cases;
        });
    }

    @ParameterizedTest
    @MethodSource("families")
    void readsRangesThatMayCrossTheBorder(Split.Family family) {
        Rounds.run("reading " + family, 0.1, random -> {
            SplitTables tables = make(family, random);
            try (MadeMemory _ = tables.memory()) {
                return VirtualReadPropertyTest.read(tables, random);
            }
        });
    }
}
