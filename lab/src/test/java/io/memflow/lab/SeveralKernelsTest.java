package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.OperatingSystem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine whose memory also holds all of another kernel, as the RAM of a nested guest, the remains of an earlier boot, and
 * a kernel's file in the page cache do: the one whose page tables fit its place is shown, and it alone.
 */
@Tag("guest")
class SeveralKernelsTest {
    private static final int PAGE = 4096;
    /** The order of shuffled pages. */
    private static final long SEED = 1;

    @TempDir
    Path folder;

    /** How the other kernel's memory lies behind that of the one that runs. */
    private enum Remains {
        /** As it was. */
        IN_ORDER,
        /** Its pages in any order, as those of a process. */
        SHUFFLED
    }

    /** Memory of one guest, and what the guest said of itself. */
    private record Saved(Path image, Path kernelFile, GroundTruth truth) {}

    @Test
    void theRunningKernelIsShownWhateverElseLiesInMemory() throws Exception {
        Saved old = save(LabGuest.bootOrSkip(LabKernel.V5_10), "5.10");
        Saved young = save(LabGuest.bootOrSkip(LabKernel.V6_1), "6.1");
        for (Remains remains : Remains.values()) {
            compare(young, old, remains, 0, LinuxComparison.Symbols.ALL);
            compare(old, young, remains, 0, LinuxComparison.Symbols.ALL);
        }
    }

    @Test
    void theSameHoldsWhereKernelsAreFoundByTheirBanners() throws Exception {
        ForeignKernel four = ForeignKernel.ARM64_6_1;
        ForeignKernel sixteen = ForeignKernel.ARM64_6_12_16K;
        long base = four.architecture().ramBase();
        Saved old = save(four.bootOrSkip(System.out::println), "arm64 6.1");
        Saved young = save(sixteen.bootOrSkip(System.out::println), "arm64 6.12");
        for (Remains remains : Remains.values()) {
            compare(young, old, remains, base, sixteen.symbols());
            compare(old, young, remains, base, four.symbols());
        }
    }

    private Saved save(LabGuest guest, String name) {
        try (guest) {
            Path image = folder.resolve(name + ".raw");
            guest.guest().saveRaw(image);
            return new Saved(image, guest.kernel().image(), guest.truth());
        }
    }

    private void compare(Saved running, Saved other, Remains remains, long base, LinuxComparison.Symbols symbols)
            throws IOException {
        Path image = folder.resolve("both.raw");
        try (OutputStream both = Files.newOutputStream(image)) {
            Files.copy(running.image, both);
            both.write(remains(Files.readAllBytes(other.image), remains));
            both.write(whole(Files.readAllBytes(other.kernelFile)));
        }
        try (OperatingSystem system = base == 0 ? Targets.image(image) : Targets.image(image, base)) {
            LinuxComparison.Result result = LinuxComparison.compare(system, running.truth, symbols);
            assertThat(result.differences())
                    .as("%s before %s, %s", running.image.getFileName(), other.image.getFileName(), remains)
                    .isEmpty();
            System.out.printf(
                    "%s before %s, %s: all equal: %s%n",
                    running.image.getFileName(), other.image.getFileName(), remains, result.compared());
        }
    }

    private static byte[] remains(byte[] memory, Remains remains) {
        if (remains == Remains.IN_ORDER) {
            return memory;
        }
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, memory.length / PAGE).boxed().toList());
        Collections.shuffle(order, new Random(SEED));
        byte[] shuffled = new byte[memory.length];
        for (int page = 0; page < order.size(); page++) {
            System.arraycopy(memory, order.get(page) * PAGE, shuffled, page * PAGE, PAGE);
        }
        return shuffled;
    }

    /** Filled up to a whole page. */
    private static byte[] whole(byte[] bytes) {
        return Arrays.copyOf(bytes, (bytes.length + PAGE - 1) & -PAGE);
    }
}
