package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.ProcessInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A page of a kernel's image whose last word, as a page-table entry, leads to a root: as a table of one level more it maps
 * the kernel too, and is none. Debian's 6.1.0-57 has such a word in its types, which leads to a process in one of eight
 * boots.
 */
@Tag("guest")
class FalseRootTest {
    private static final int PAGE = 4096;
    private static final int ENTRIES = PAGE / Long.BYTES;
    /** Into the kernel's code, where nothing is looked up. */
    private static final int CODE = 16 * PAGE;
    /** {@code _PAGE_TABLE}, arch/x86/include/asm/pgtable_types.h. */
    private static final long TABLE = 0x67;

    @TempDir
    Path folder;

    /** What lies before the last word. */
    private enum Rest {
        /** The kernel's code. */
        AS_IT_WAS,
        /** What a root of a kernel could be. */
        ENTRIES_OF_A_ROOT
    }

    @Test
    void aWordThatLeadsToARootMakesNoneOfItsPage() throws Exception {
        Path image = folder.resolve("ram.raw");
        try (LabGuest lab = LabGuest.bootOrSkip(LabKernel.V6_1)) {
            lab.guest().saveRaw(image);
        }
        OsInfo info;
        List<ProcessInfo> rows;
        try (OperatingSystem system = Targets.image(image)) {
            info = system.info();
            rows = system.processes().rows();
        }
        long dtb = rows.stream()
                .map(ProcessInfo::dtb)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
        for (Rest rest : Rest.values()) {
            plant(image, Objects.requireNonNull(info.kernelPhysicalBase()) + CODE, dtb, rest);
            try (OperatingSystem system = Targets.image(image)) {
                assertThat(system.info()).as("%s", rest).isEqualTo(info);
                assertThat(system.processes().rows()).as("%s", rest).isEqualTo(rows);
            }
        }
    }

    private static void plant(Path image, long physical, long dtb, Rest rest) throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer page = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
            if (rest == Rest.AS_IT_WAS) {
                file.read(page, physical);
            } else {
                for (int entry = ENTRIES / 2; entry < ENTRIES; entry += Long.BYTES) {
                    page.putLong(entry * Long.BYTES, dtb | TABLE);
                }
            }
            page.putLong(PAGE - Long.BYTES, dtb | TABLE);
            file.write(page.position(0), physical);
        }
    }
}
