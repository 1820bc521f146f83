package io.memflow.host.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.host.process.ProcFs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ResidentPagesTest {
    @TempDir
    Path directory;

    @Test
    void tellsTouchedPagesFromOthers() throws Exception {
        try (Arena arena = Arena.ofConfined();
                FileChannel file = FileChannel.open(
                        directory.resolve("sparse"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            // Far apart, because a fault brings in neighbours too.
            int far = 4096;
            MemorySegment pages = file.map(FileChannel.MapMode.READ_WRITE, 0, 2L * far * ResidentPages.PAGE, arena);
            pages.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            ResidentPages resident = ResidentPages.of(
                    ProcFs.ofThisMachine(), ProcessHandle.current().pid());

            assertThat(resident.among(pages.address(), 1).get(0)).isTrue();
            assertThat(resident.among(pages.address() + (long) far * ResidentPages.PAGE, 8)
                            .isEmpty())
                    .isTrue();
        }
    }

    @Test
    void countsEveryPageWhereItMayNotKnow() {
        BitSet all = new ResidentPages(directory.resolve("missing")).among(0x1000, 20);

        assertThat(all.cardinality()).isEqualTo(20);
    }
}
