package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.OperatingSystem;
import io.memflow.guest.Guest;
import io.memflow.guest.Paging;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kernels of other architectures, introspected while paused, from a raw image and from an ELF dump, give what the guest
 * itself printed from {@code /proc}. Rows marked heavy boot with {@code -Dlab.heavy=true} only.
 */
@Tag("guest")
class LinuxOnForeignGuestsTest {
    @TempDir
    Path folder;

    static Stream<ForeignKernel> rows() {
        return Stream.of(ForeignKernel.values())
                .filter(row -> row.weight() == ForeignKernel.Weight.LIGHT || Boolean.getBoolean("lab.heavy"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everySourceGivesWhatTheGuestSaysOfItself(ForeignKernel row) throws Exception {
        try (LabGuest lab = row.bootOrSkip(LinuxOnForeignGuestsTest::say)) {
            for (Map.Entry<String, Supplier<OperatingSystem>> source :
                    sources(lab, row).entrySet()) {
                try (OperatingSystem system = source.getValue().get()) {
                    LinuxComparison.Result result = LinuxComparison.compare(system, lab.truth(), row.symbols());
                    assertThat(result.differences())
                            .as("%s, %s", row, source.getKey())
                            .isEmpty();
                    System.out.printf("%s, %s: all equal: %s%n", row, source.getKey(), result.compared());
                    LinuxComparison.Result modules = ModuleComparison.compare(system, lab.truth(), row.architecture());
                    assertThat(modules.differences())
                            .as("%s, %s: modules", row, source.getKey())
                            .isEmpty();
                    System.out.printf("%s, %s: modules equal: %s%n", row, source.getKey(), modules.compared());
                }
            }
        }
    }

    private Map<String, Supplier<OperatingSystem>> sources(LabGuest lab, ForeignKernel row) {
        Guest guest = lab.guest();
        Path raw = folder.resolve("ram.raw");
        guest.saveRaw(raw);
        Map<String, Supplier<OperatingSystem>> sources = new LinkedHashMap<>();
        sources.put("paused guest", () -> Targets.running(lab));
        sources.put("raw image", () -> Targets.image(raw, row.architecture().ramBase()));
        Path elf = folder.resolve("physical.elf");
        guest.saveElf(elf, Paging.PHYSICAL);
        sources.put("ELF dump", () -> Targets.image(elf));
        return sources;
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
