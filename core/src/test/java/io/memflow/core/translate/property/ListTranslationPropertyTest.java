package io.memflow.core.translate.property;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.TranslationList;
import io.memflow.core.translate.reference.Outcome;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ListTranslationPropertyTest {
    private static final int MOST_REQUESTS = 200;
    private static final int LISTS = 3;

    static List<Architecture> architectures() {
        return Architecture.all();
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void translatesEveryAddressOfAListAsTheModelDoes(Architecture architecture) {
        TranslationList list = new TranslationList();
        Rounds.run("translating lists in " + architecture, 1, random -> {
            MadeTables tables = new MadeTables(architecture, random);
            long cases = 0;
            try (MadeMemory memory = tables.memory) {
                for (int i = 0; i < LISTS; i++) {
                    PageTableWalker walker = new PageTableWalker(
                            random.nextInt(3) == 0 ? memory.distant() : memory.direct(), tables.tree.format());
                    List<BigInteger> requests = requests(tables, random);
                    list.clear();
                    list.upper(Wide.upper(requests.getFirst()));
                    requests.forEach(virtual -> list.add(virtual.longValue()));
                    walker.translate(tables.tree, list);
                    assertThat(list.size()).isEqualTo(requests.size());
                    for (int request = 0; request < requests.size(); request++) {
                        check(tables, requests.get(request), list, request);
                    }
                    cases += requests.size();
                }
            }
            return cases;
        });
    }

    /** Any order, with repetitions and runs of neighbours; all with the same upper half, as a list has one. */
    private static List<BigInteger> requests(MadeTables tables, SplittableRandom random) {
        List<BigInteger> requests = new ArrayList<>();
        int count = 1 + random.nextInt(MOST_REQUESTS);
        BigInteger upper = tables.virtual().shiftRight(Long.SIZE).shiftLeft(Long.SIZE);
        while (requests.size() < count) {
            BigInteger virtual = upper.add(Wide.unsigned(tables.virtual().longValue()));
            int run = random.nextInt(4) == 0 ? 1 + random.nextInt(30) : 1;
            long step = random.nextBoolean() ? tables.tree.format().pageSize() : random.nextLong(1 << 22);
            for (int i = 0; i < run; i++) {
                requests.add(upper.add(Wide.unsigned(virtual.longValue() + i * step)));
            }
        }
        return requests;
    }

    private static void check(MadeTables tables, BigInteger virtual, TranslationList list, int index) {
        Outcome wanted = tables.judge(virtual);
        boolean mapped = list.fault(index) == Fault.NONE;
        Outcome found = new Outcome(
                list.fault(index),
                list.level(index),
                list.pageSize(index) == 0 ? wanted.spanBits() : Long.numberOfTrailingZeros(list.pageSize(index)),
                mapped ? Wide.of(list.physicalUpper(index), list.physical(index)) : BigInteger.ZERO,
                mapped ? list.pageType(index) : 0);
        if (!found.equals(wanted)) {
            assertThat(found)
                    .as("%s 0x%s, number %d", tables.tree.format().name(), virtual.toString(16), index)
                    .isEqualTo(wanted);
        }
        assertThat(list.isMapped(index)).isEqualTo(mapped);
    }
}
