package io.memflow.os.linux.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.os.linux.discovery.MemorySurvey.Banner;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemorySurveyTest {
    private static final long BASE = 0x8000_0000L;

    @Test
    void bannersAreFoundAtEveryAlignmentAndAcrossPages() {
        for (int shift = 0; shift < 16; shift++) {
            long at = (1L << 20) - 4 + shift;
            SyntheticKernel machine = machine().text(at, SyntheticKernel.TEXT + "\n");
            assertThat(MemorySurvey.of(machine.memory()).banners())
                    .containsExactly(new Banner(BASE + at, SyntheticKernel.TEXT));
        }
    }

    @Test
    void whatOnlyBeginsLikeABannerIsNone() {
        SyntheticKernel machine = machine()
                .text(0x1000, "Linux version %s (%s@%s)\n")
                .text(0x2000, SyntheticKernel.TEXT + " and more")
                .text(0x3000, "Linux version 6.1.0 (x@y) # SMP\n")
                .text(SyntheticKernel.BYTES - 14, "Linux version ");
        assertThat(MemorySurvey.of(machine.memory()).banners()).isEmpty();
    }

    @Test
    void vmcoreinfoOfThatKernelIsFoundAndReadsItsSymbols() {
        SyntheticKernel machine = machine()
                .text(0x3000, "OSRELEASE=5.10.0-other\nSYMBOL(swapper_pg_dir)=ffff000000001000\n")
                .text(0x5000, "OSRELEASE=6.1.0-test\nPAGESIZE=4096\nSYMBOL(swapper_pg_dir)=ffffcacc4558f000\n");
        MemorySurvey survey = MemorySurvey.of(machine.memory());
        assertThat(survey.vmcoreinfos()).containsExactly(BASE + 0x3000, BASE + 0x5000);
        Optional<VmCoreInfo> info = VmCoreInfo.of(machine.memory(), survey.vmcoreinfos(), SyntheticKernel.TEXT);
        assertThat(info).hasValueSatisfying(found -> {
            assertThat(found.symbol("swapper_pg_dir")).hasValue(0xFFFF_CACC_4558_F000L);
            assertThat(found.symbol("PAGESIZE")).isEmpty();
        });
        assertThat(VmCoreInfo.of(machine.memory(), survey.vmcoreinfos(), "Linux version 4.0 #1"))
                .isEmpty();
    }

    private static SyntheticKernel machine() {
        return new SyntheticKernel(TableFamily.RISCV64, 3, BASE);
    }
}
