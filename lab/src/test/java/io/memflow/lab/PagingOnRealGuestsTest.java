package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.OperatingSystem;
import io.memflow.guest.Guest;
import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.architecture.GuestArchitecture;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.kernel.GuestKernel;
import io.memflow.guest.kernel.KernelUnreachableException;
import io.memflow.lab.PagingComparison.Packed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pages that are mapped, forbidden, cached, swapped out, dropped or never used are where the guest's own {@code pagemap},
 * {@code mincore()} and {@code smaps} say, and hold what was written to them.
 */
@Tag("guest")
class PagingOnRealGuestsTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"V6_1_RT", "V7_3", "V7_3_RT"})
    void pagesAreWhereTheGuestSays(LabKernel row) throws IOException {
        HostPackages.forLab().ensure(PagingOnRealGuestsTest::say);
        try {
            GuestKernel kernel = row.source().resolve(PagingOnRealGuestsTest::say);
            compare(
                    row.name(),
                    row.configuration(kernel, Workload.paging(kernel, GuestArchitecture.X86_64)),
                    LinuxComparison.Symbols.ALL,
                    // 5.10 has no types of modules.
                    row == LabKernel.V5_10 ? Packed.NAMED_AS_MISSING : Packed.READABLE);
        } catch (KernelUnreachableException unreachable) {
            Assumptions.abort(row + " is unreachable: " + unreachable.getMessage());
        }
    }

    /** Kernels with types: without them, neither page cache nor swap cache can be read. */
    static Stream<ForeignKernel> foreignRows() {
        return Stream.of(ForeignKernel.values())
                .filter(row -> row.architecture() != GuestArchitecture.I386)
                .filter(row -> row.weight() == ForeignKernel.Weight.LIGHT || Boolean.getBoolean("lab.heavy"));
    }

    @ParameterizedTest
    @MethodSource("foreignRows")
    void pagesAreWhereTheGuestSaysOnOtherArchitectures(ForeignKernel row) throws IOException {
        try {
            Packed packed = row.symbols() == LinuxComparison.Symbols.ALL ? Packed.READABLE : Packed.NAMED_AS_MISSING;
            compare(row.name(), row.paging(PagingOnRealGuestsTest::say), row.symbols(), packed);
        } catch (KernelUnreachableException unreachable) {
            Assumptions.abort(row + " is unreachable: " + unreachable.getMessage());
        }
    }

    private void compare(String name, GuestConfiguration configuration, LinuxComparison.Symbols symbols, Packed packed)
            throws IOException {
        try (Guest guest = Guest.boot(configuration)) {
            guest.await("PAGES-READY", LIMIT);
            guest.pause();
            PagingTruth truth = PagingTruth.parse(guest.console());
            Path raw = folder.resolve("ram.raw");
            guest.saveRaw(raw);
            try (OperatingSystem system =
                    Targets.image(raw, configuration.architecture().ramBase())) {
                PagingComparison.Result result = PagingComparison.compare(system, truth, symbols, packed);
                assertThat(result.differences()).as(name).isEmpty();
                say("%s: all equal: %s".formatted(name, result.compared()));
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
