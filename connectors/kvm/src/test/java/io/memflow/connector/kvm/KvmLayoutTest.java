package io.memflow.connector.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.host.layout.Processor;
import io.memflow.host.ram.HostPiece;
import java.util.List;
import org.junit.jupiter.api.Test;

class KvmLayoutTest {
    private static final long GIB = 1L << 30;
    private static final long HOST = 0x7f00_0000_0000L;
    private static final long HIGH = 0x7e00_0000_0000L;

    private static MemoryRun run(long start, long length) {
        return new MemoryRun(start, length, MemoryRun.Kind.ANONYMOUS);
    }

    private static HostPiece low() {
        return new HostPiece(0, HOST, 0xA_0000);
    }

    private static HostPiece above(long end) {
        return new HostPiece(0x10_0000, HOST + 0x10_0000, end - 0x10_0000);
    }

    @Test
    void smallRamOfAnX86MachineLiesInOnePiece() {
        assertThat(KvmLayout.candidates(Processor.X86, List.of(run(HOST, 96 << 20))))
                .containsExactly(List.of(low(), above(96 << 20)));
    }

    @Test
    void oneMappingIsSplitWhereAnyProgramSplitsIt() {
        List<List<HostPiece>> layouts = KvmLayout.candidates(Processor.X86, List.of(run(HOST, 8 * GIB)));
        assertThat(layouts)
                .contains(
                        List.of(low(), above(2 * GIB), new HostPiece(4 * GIB, HOST + 2 * GIB, 6 * GIB)),
                        List.of(low(), above(3 * GIB), new HostPiece(4 * GIB, HOST + 3 * GIB, 5 * GIB)),
                        List.of(
                                low(),
                                above(0xD000_0000L),
                                new HostPiece(4 * GIB, HOST + 0xD000_0000L, 8 * GIB - 0xD000_0000L)))
                .as("with the hole mapped too")
                .contains(List.of(low(), above(0xD000_0000L), new HostPiece(4 * GIB, HOST + 4 * GIB, 4 * GIB)));
    }

    @Test
    void twoMappingsAreLowAndHighRam() {
        List<List<HostPiece>> layouts =
                KvmLayout.candidates(Processor.X86, List.of(run(HIGH, 5 * GIB), run(HOST, 3 * GIB)));
        assertThat(layouts)
                .contains(List.of(low(), above(3 * GIB), new HostPiece(4 * GIB, HIGH, 5 * GIB)))
                .contains(List.of(low(), above(3 * GIB)));
    }

    @Test
    void ramOfOtherProcessorsLiesInOnePieceBehindDevices() {
        assertThat(KvmLayout.candidates(Processor.ARM64, List.of(run(HOST, GIB))))
                .containsExactly(
                        List.of(new HostPiece(0x4000_0000L, HOST, GIB)),
                        List.of(new HostPiece(0x8000_0000L, HOST, GIB)));
        assertThat(KvmLayout.candidates(Processor.RISCV64, List.of(run(HOST, GIB))))
                .containsExactly(List.of(new HostPiece(0x8000_0000L, HOST, GIB)));
        assertThat(KvmLayout.candidates(Processor.OTHER, List.of(run(HOST, GIB))))
                .isEmpty();
    }
}
