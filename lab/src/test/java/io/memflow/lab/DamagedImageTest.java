package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One damaged link of a real image's task list loses no process, and is named. */
@Tag("guest")
class DamagedImageTest {
    private static final int SEEDS = 30;

    @TempDir
    Path folder;

    @Test
    void aDamagedLinkLosesNoProcess() throws Exception {
        Path image = folder.resolve("ram.raw");
        try (LabGuest lab = LabGuest.bootOrSkip(LabKernel.V6_1)) {
            lab.guest().saveRaw(image);
        }
        List<Integer> whole;
        List<Long> links;
        try (OperatingSystem system = Targets.image(image)) {
            Listing<ProcessInfo> listing = system.processes();
            assertThat(listing.isComplete()).isTrue();
            whole = pids(listing);
            long next =
                    system.types().member("task_struct", "tasks").orElseThrow().offset();
            links = listing.rows().stream()
                    .map(process -> physical(system, process.address() + next))
                    .toList();
        }
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            long link = links.get(random.nextInt(links.size()));
            long damaged = switch (seed % 3) {
                case 0 -> 0L;
                case 1 -> random.nextLong();
                default -> word(image, links.get(random.nextInt(links.size())), null);
            };
            long before = word(image, link, damaged);
            try (OperatingSystem system = Targets.image(image)) {
                Listing<ProcessInfo> listing = system.processes();
                assertThat(pids(listing)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(whole);
                if (damaged != before) {
                    assertThat(listing.isComplete()).as("seed %d", seed).isFalse();
                }
            }
            word(image, link, before);
        }
    }

    private static List<Integer> pids(Listing<ProcessInfo> listing) {
        return listing.rows().stream().map(ProcessInfo::pid).toList();
    }

    private static long physical(OperatingSystem system, long virtual) {
        Translation translation = new Translation();
        assertThat(((VirtualMemory) system.kernelMemory()).translate(virtual, translation))
                .isTrue();
        return translation.physical();
    }

    /** Reads eight bytes of the image, and replaces them when there is a replacement. */
    private static long word(Path image, long at, @Nullable Long replacement) throws IOException {
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
            long before = bytes.get(ScalarLayout.LONG_LITTLE, at);
            if (replacement != null) {
                bytes.set(ScalarLayout.LONG_LITTLE, at, replacement);
            }
            return before;
        }
    }
}
