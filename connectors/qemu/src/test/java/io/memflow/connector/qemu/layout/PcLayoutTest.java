package io.memflow.connector.qemu.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PcLayoutTest {
    private static final long MEGABYTE = 1L << 20;

    /** End of the low part in MiB, as QEMU 7.2 itself laid these machines out. */
    @ParameterizedTest
    @CsvSource({
        "q35, 96, 96",
        "q35, 2815, 2815",
        "q35, 2816, 2048",
        "q35, 2817, 2048",
        "pc-q35-7.2, 5120, 2048",
        "pc, 3500, 3500",
        "pc, 3583, 3583",
        "pc, 3584, 3072",
        "pc, 5120, 3072",
        "pc-i440fx-2.0, 5120, 3072",
        "microvm, 3072, 3072",
        "microvm, 3300, 3072",
        "microvm, 5120, 3072"
    })
    void likeliestLayoutIsTheOneOfQemu(String type, long ram, long low) {
        List<RamPiece> layout = PcLayout.candidates(Optional.of(type), ram * MEGABYTE, OptionalLong.empty())
                .getFirst();

        assertThat(layout.get(0)).isEqualTo(new RamPiece(0, PcLayout.BLOCK, 0, 0xA0000));
        assertThat(layout.get(1))
                .isEqualTo(new RamPiece(MEGABYTE, PcLayout.BLOCK, MEGABYTE, low * MEGABYTE - MEGABYTE));
        assertThat(layout).hasSize(low < ram ? 3 : 2);
        if (low < ram) {
            assertThat(layout.get(2))
                    .isEqualTo(new RamPiece(1L << 32, PcLayout.BLOCK, low * MEGABYTE, (ram - low) * MEGABYTE));
        }
    }

    @ParameterizedTest
    @CsvSource({"q35, 5120, 1024", "pc, 5120, 1024", "q35, 128, 64"})
    void followsTheMachineOption(String type, long ram, long below) {
        assertThat(PcLayout.candidates(Optional.of(type), ram * MEGABYTE, OptionalLong.of(below * MEGABYTE)))
                .singleElement()
                .satisfies(layout -> assertThat(layout.get(2).offset()).isEqualTo(below * MEGABYTE));
    }

    @Test
    void olderPcTypesMaySplitHigher() {
        assertThat(PcLayout.candidates(Optional.of("pc-i440fx-1.7"), 5120 * MEGABYTE, OptionalLong.empty()))
                .extracting(layout -> layout.get(2).offset())
                .containsExactly(0xC000_0000L, 0xE000_0000L);
    }

    @Test
    void withoutAKnownTypeEveryLayoutIsPossible() {
        assertThat(PcLayout.candidates(Optional.of("vendor"), 5120 * MEGABYTE, OptionalLong.empty()))
                .extracting(layout -> layout.get(2).offset())
                .containsExactly(0x8000_0000L, 0xC000_0000L, 0xE000_0000L);
        assertThat(PcLayout.candidates(Optional.of("vendor"), 512 * MEGABYTE, OptionalLong.empty()))
                .hasSize(1);
        assertThat(PcLayout.candidates(Optional.empty(), 512 * MEGABYTE, OptionalLong.empty()))
                .hasSize(1);
    }

    @Test
    void knowsNoLayoutBeyondItsRules() {
        assertThat(PcLayout.candidates(Optional.of("q35"), 1L << 40, OptionalLong.empty()))
                .isEmpty();
        assertThat(PcLayout.candidates(Optional.of("q35"), 1 << 20, OptionalLong.empty()))
                .isEmpty();
    }
}
