package io.memflow.core.translate.property;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.reference.Outcome;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SingleTranslationPropertyTest {
    private static final int REQUESTS = 400;

    static List<Architecture> architectures() {
        return Architecture.all();
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void translatesWhatTheModelTranslates(Architecture architecture) {
        Rounds.run("translating " + architecture, 1, random -> {
            MadeTables tables = new MadeTables(architecture, random);
            try (MadeMemory memory = tables.memory) {
                PageTableWalker direct = new PageTableWalker(memory.direct(), tables.tree.format());
                PageTableWalker distant = new PageTableWalker(memory.distant(), tables.tree.format());
                Translation found = new Translation();
                for (int i = 0; i < REQUESTS; i++) {
                    BigInteger virtual = tables.virtual();
                    Outcome wanted = tables.judge(virtual);
                    PageTableWalker walker = i % 4 == 0 ? distant : direct;
                    var _ = walker.translate(
                            tables.tree.rootUpper(),
                            tables.tree.root(),
                            Wide.upper(virtual),
                            virtual.longValue(),
                            found);
                    check(tables.tree.format().name(), virtual, found, wanted);
                }
            }
            return REQUESTS;
        });
    }

    static void check(String name, BigInteger virtual, Translation found, Outcome wanted) {
        Outcome outcome = new Outcome(
                found.fault(),
                found.level(),
                found.pageSize() == 0 ? wanted.spanBits() : Long.numberOfTrailingZeros(found.pageSize()),
                found.fault() == Fault.NONE ? Wide.of(found.physicalUpper(), found.physical()) : BigInteger.ZERO,
                found.fault() == Fault.NONE ? found.pageType() : 0);
        if (!outcome.equals(wanted)) {
            assertThat(outcome).as(name + " 0x" + virtual.toString(16)).isEqualTo(wanted);
        }
    }
}
