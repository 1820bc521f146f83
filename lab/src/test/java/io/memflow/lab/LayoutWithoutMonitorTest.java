package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.guest.Monitor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The layout of machines of other processors is derived where no monitor answers, and confirmed by their page tables. */
@Tag("guest")
class LayoutWithoutMonitorTest {
    private static final int READS = 1000;
    private static final int BYTES = 64;

    static Stream<ForeignKernel> rows() {
        return Stream.of(ForeignKernel.ARM64_6_1, ForeignKernel.RISCV64_7_2_SV39, ForeignKernel.RISCV64_7_2_SV48)
                .filter(row -> row.weight() == ForeignKernel.Weight.LIGHT || Boolean.getBoolean("lab.heavy"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void pageTablesConfirmTheLayout(ForeignKernel row) throws IOException {
        long seed = new Random().nextLong();
        System.out.printf("%s, seed %d%n", row, seed);
        Random random = new Random(seed);
        Consumer<String> progress = System.out::println;
        try (LabGuest lab = row.bootOrSkip(Monitor.OFF, progress)) {
            ChainStep step = ChainParser.parse(
                    ChainStep.Kind.CONNECTOR, "qemu:" + lab.guest().pid());
            Path file = lab.guest().ramFile().orElseThrow();
            try (PhysicalMemory memory = Inventory.load().connect(step, Optional.empty());
                    FileChannel ram = FileChannel.open(file)) {
                assertThat(memory.description()).contains("derived and confirmed");
                assertThat(memory.map().totalBytes()).isEqualTo(ram.size());
                long base = row.architecture().ramBase();
                for (int i = 0; i < READS; i++) {
                    long offset = random.nextLong(ram.size() - BYTES);
                    ByteBuffer expected = ByteBuffer.allocate(BYTES);
                    assertThat(ram.read(expected, offset)).isEqualTo(BYTES);
                    assertThat(memory.readBytes(base + offset, BYTES))
                            .as("at 0x%x", base + offset)
                            .isEqualTo(expected.array());
                }
            }
        }
    }
}
