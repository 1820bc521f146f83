package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.guest.Guest;
import io.memflow.guest.Paging;
import io.memflow.guest.kernel.KernelUnreachableException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every kernel of the matrix, introspected while paused, from its raw image, and from its ELF dumps in both forms, gives
 * the rows that the guest itself printed from {@code /proc}.
 */
@Tag("guest")
class LinuxOnRealGuestsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void everySourceGivesWhatTheGuestSaysOfItself(LabKernel row) throws Exception {
        try (LabGuest lab = boot(row)) {
            Guest guest = lab.guest();
            Path raw = folder.resolve("ram.raw");
            Path physical = folder.resolve("physical.elf");
            Path virtual = folder.resolve("virtual.elf");
            guest.saveRaw(raw);
            guest.saveElf(physical, Paging.PHYSICAL);
            guest.saveElf(virtual, Paging.VIRTUAL);

            Map<String, String> sources = new LinkedHashMap<>();
            sources.put("paused guest", "qemu:" + guest.pid());
            sources.put("raw image", "dump:" + raw);
            sources.put("ELF dump", "dump:" + physical);
            sources.put("ELF dump by virtual address", "dump:" + virtual);
            Rows first = null;
            for (Map.Entry<String, String> source : sources.entrySet()) {
                try (OperatingSystem system = open(source.getValue())) {
                    LinuxComparison.Result result = LinuxComparison.compare(system, lab.truth());
                    assertThat(result.differences())
                            .as("%s, %s", row, source.getKey())
                            .isEmpty();
                    System.out.printf("%s, %s: all equal: %s%n", row, source.getKey(), result.compared());
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

    private static OperatingSystem open(String source) {
        return Inventory.load()
                .build(List.of(
                        ChainParser.parse(ChainStep.Kind.CONNECTOR, source),
                        ChainParser.parse(ChainStep.Kind.OS, "linux")));
    }

    private static LabGuest boot(LabKernel row) throws Exception {
        try {
            return LabGuest.boot(row, System.out::println);
        } catch (KernelUnreachableException unreachable) {
            return Assumptions.abort(row + " is unreachable: " + unreachable.getMessage());
        }
    }
}
