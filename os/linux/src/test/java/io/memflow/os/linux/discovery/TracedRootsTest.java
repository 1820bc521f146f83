package io.memflow.os.linux.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.os.linux.discovery.TracedRoots.Traced;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracedRootsTest {
    private static final long RAM = 0x4000_0000L;
    private static final long KIMAGE = 0xFFFF_FACC_4520_0000L;

    @ParameterizedTest
    @CsvSource({
        "ARM64_4K, 3, 0xffffffcc45200000, AArch64 4K upper 39-bit",
        "ARM64_4K, 4, 0xffffcacc45200000, AArch64 4K upper 48-bit",
        "ARM64_4K, 5, 0xffffcacc45200000, AArch64 4K upper 52-bit",
        "ARM64_16K, 2, 0xfffffffc45200000, AArch64 16K upper 36-bit",
        "ARM64_16K, 3, 0xffffcacc45200000, AArch64 16K upper 47-bit",
        "ARM64_16K, 4, 0xffffcacc45200000, AArch64 16K upper 52-bit",
        "ARM64_64K, 2, 0xfffffe0c45200000, AArch64 64K upper 42-bit",
        "RISCV64, 3, 0xffffffff80000000, RISC-V Sv39",
        "RISCV64, 4, 0xffffffff80000000, RISC-V Sv48",
        "RISCV64, 5, 0xffffffff80000000, RISC-V Sv57"
    })
    void rootAndAddressAreFoundWithoutAnySymbol(TableFamily family, int depth, String image, String format) {
        long virtual = Long.parseUnsignedLong(image.substring(2), 16);
        SyntheticKernel kernel = new SyntheticKernel(family, depth, RAM).withImageAt(virtual);
        assertThat(find(kernel)).isNotEmpty().first().satisfies(found -> {
            assertThat(found.candidate().root()).isEqualTo(kernel.physical(SyntheticKernel.ROOT));
            assertThat(found.candidate().format().name()).isEqualTo(format);
            assertThat(found.candidate().image())
                    .isEqualTo(new KernelImage(
                            virtual, kernel.physical(SyntheticKernel.IMAGE), SyntheticKernel.IMAGE_BYTES));
            assertThat(found.candidate().liesInsideImage()).isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource({"I386, 2, 0xc0000000, x86 32-bit", "I386_PAE, 3, 0x80000000, x86 PAE"})
    void thirtyTwoBitKernelsAreFoundWhereverTheirHalfBegins(
            TableFamily family, int depth, String offset, String format) {
        long virtual = Long.parseUnsignedLong(offset.substring(2), 16) + SyntheticKernel.IMAGE;
        SyntheticKernel kernel = new SyntheticKernel(family, depth, 0).withImageAt(virtual);
        assertThat(find(kernel)).isNotEmpty().first().satisfies(found -> {
            assertThat(found.candidate().root()).isEqualTo(SyntheticKernel.ROOT);
            assertThat(found.candidate().format().name()).isEqualTo(format);
            assertThat(found.candidate().image().virtualBase()).isEqualTo(virtual);
            assertThat(found.candidate().userEntries()).isZero();
        });
    }

    @Test
    void aBannerInAFileThatOnlyTheLinearMapLeadsToIsNoKernel() {
        long linear = 0xFFFF_0000_0000_0000L;
        SyntheticKernel kernel = new SyntheticKernel(TableFamily.ARM64_4K, 4, RAM)
                .withImageAt(KIMAGE)
                .text(SyntheticKernel.BYTES - (1 << 20), SyntheticKernel.TEXT + "\n")
                .map(SyntheticKernel.ROOT, linear, 0, SyntheticKernel.BYTES);
        assertThat(find(kernel))
                .isNotEmpty()
                .allSatisfy(found ->
                        assertThat(found.candidate().image().virtualBase()).isEqualTo(KIMAGE));
    }

    @Test
    void aBannerThatNoTableLeadsToIsNoKernel() {
        SyntheticKernel kernel = new SyntheticKernel(TableFamily.ARM64_4K, 4, RAM)
                .text(SyntheticKernel.BANNER, SyntheticKernel.TEXT + "\n");
        assertThat(find(kernel)).isEmpty();
        assertThatThrownBy(() -> KernelDiscovery.discover(kernel.memory()))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("arm64")
                .hasMessageContaining("base= may be another");
    }

    @Test
    void anImageWithoutSymbolsIsNamedAsSuch() {
        SyntheticKernel kernel = new SyntheticKernel(TableFamily.RISCV64, 3, RAM).withImageAt(0xFFFF_FFFF_8000_0000L);
        assertThatThrownBy(() -> KernelDiscovery.discover(kernel.memory()))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("kallsyms")
                .hasMessageContaining("0xffffffff80000000");
    }

    @Test
    void damagedTablesNeverDoMoreThanHideTheKernel() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            TableFamily family = TableFamily.ALL.get(random.nextInt(4));
            SyntheticKernel kernel = new SyntheticKernel(family, 3, RAM).withImageAt(0xFFFF_FFFF_8000_0000L);
            for (int i = 0; i < 4096; i++) {
                long at = random.nextInt(SyntheticKernel.BYTES / 8) * 8L;
                long word = random.nextBoolean()
                        ? random.nextLong()
                        : RAM + (random.nextInt(SyntheticKernel.BYTES) & -4096L) + 3;
                kernel.ram().set(ScalarLayout.LONG_LITTLE, at, word);
            }
            assertThatThrownBy(() -> KernelDiscovery.discover(kernel.memory()))
                    .as("seed %d", seed)
                    .isInstanceOf(MemflowException.class);
        }
    }

    private static List<Traced> find(SyntheticKernel kernel) {
        MappedMemory memory = kernel.memory();
        return TracedRoots.find(memory, MemorySurvey.of(memory));
    }
}
