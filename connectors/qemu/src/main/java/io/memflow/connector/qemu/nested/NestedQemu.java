package io.memflow.connector.qemu.nested;

import io.memflow.connector.qemu.host.MachineChoice;
import io.memflow.connector.qemu.layout.LayoutSearch;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.host.layout.LayoutOutcome;
import io.memflow.host.nested.NestedProcess;
import io.memflow.host.ram.PagePresence;
import java.util.List;
import java.util.Optional;

/**
 * The steps from an operating system to the memory of a QEMU that runs in it. Only the system's own lists and the process'
 * memory are used: no monitor, and no file of the system. Stateless.
 */
public final class NestedQemu {
    private NestedQemu() {}

    /**
     * Opens the memory of a machine. On success the memory owns the system; on failure the caller still does.
     *
     * @param target process id or name; without one there must be one machine only
     * @throws MemflowException when there is no such machine, or its layout cannot be known for sure
     */
    public static PhysicalMemory open(OperatingSystem system, Optional<String> target) {
        NestedMachine machine = choice(system).find(target);
        NestedProcess process = new NestedProcess(system, machine.row(), machine.description());
        LayoutSearch search = new LayoutSearch(
                machine.emulator().processor(system.info().architecture()),
                machine.commandLine(),
                process.mappings(),
                PagePresence.UNKNOWN,
                process::look);
        return switch (search.run()) {
            case LayoutOutcome.Confirmed found -> process.open(found.pieces(), LayoutOutcome.SOURCE, List.of());
            case LayoutOutcome.Refused refused -> throw process.refusal(refused.found());
        };
    }

    private static MachineChoice<NestedMachine> choice(OperatingSystem system) {
        boolean whole = system.processes().missing().isEmpty();
        return new MachineChoice<>(
                NestedMachine.all(system),
                "in the system below it, %s".formatted(system.info().version()),
                whole
                        ? "memflow ps on the chain up to there lists what runs"
                        : "its list of processes is damaged; memflow ps on the chain up to there names the damage");
    }
}
