package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.OperatingSystem;
import io.memflow.guest.Guest;
import io.memflow.guest.Paging;
import io.memflow.guest.architecture.GuestArchitecture;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kernel of the matrix, introspected while paused, from its raw image, and from its ELF dumps in both forms, gives
 * the rows that the guest itself printed from {@code /proc}.
 */
@Tag("guest")
class LinuxOnRealGuestsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("io.memflow.lab.LabKernel#matrix")
    void everySourceGivesWhatTheGuestSaysOfItself(LabKernel row) throws Exception {
        try (LabGuest lab = LabGuest.bootOrSkip(row)) {
            Guest guest = lab.guest();
            Path raw = folder.resolve("ram.raw");
            Path physical = folder.resolve("physical.elf");
            Path virtual = folder.resolve("virtual.elf");
            guest.saveRaw(raw);
            guest.saveElf(physical, Paging.PHYSICAL);
            guest.saveElf(virtual, Paging.VIRTUAL);

            Map<String, Supplier<OperatingSystem>> sources = new LinkedHashMap<>();
            sources.put("paused guest", () -> Targets.running(lab));
            sources.put("raw image", () -> Targets.image(raw));
            sources.put("ELF dump", () -> Targets.image(physical));
            sources.put("ELF dump by virtual address", () -> Targets.image(virtual));
            Rows first = null;
            for (Map.Entry<String, Supplier<OperatingSystem>> source : sources.entrySet()) {
                try (OperatingSystem system = source.getValue().get()) {
                    LinuxComparison.Result result = LinuxComparison.compare(system, lab.truth());
                    assertThat(result.differences())
                            .as("%s, %s", row, source.getKey())
                            .isEmpty();
                    System.out.printf("%s, %s: all equal: %s%n", row, source.getKey(), result.compared());
                    LinuxComparison.Result modules =
                            ModuleComparison.compare(system, lab.truth(), GuestArchitecture.X86_64);
                    assertThat(modules.differences())
                            .as("%s, %s: modules", row, source.getKey())
                            .isEmpty();
                    System.out.printf("%s, %s: modules equal: %s%n", row, source.getKey(), modules.compared());
                    Rows rows = Rows.of(system);
                    first = first == null ? rows : first;
                    assertThat(rows).as("%s, %s", row, source.getKey()).isEqualTo(first);
                }
            }
        }
    }

    /** What must not depend on how the memory was reached. */
    private record Rows(Object info, Object processes, Object threads, Object modules) {
        static Rows of(OperatingSystem system) {
            return new Rows(system.info(), system.processes(), system.threads(), system.modules());
        }
    }
}
