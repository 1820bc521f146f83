package io.memflow.connector.qemu.nested;

import io.memflow.connector.qemu.host.MachineChoice;
import io.memflow.connector.qemu.layout.LayoutSearch;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.TargetProcess;
import io.memflow.host.process.HostMapping;
import io.memflow.host.ram.PagePresence;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The steps from an operating system to the memory of a QEMU that runs in it. Only the system's own lists and the process'
 * memory are used: no monitor, and no file of the system. Stateless.
 */
public final class NestedQemu {
    /** A system without memory of its own reads processes by system calls, of which one takes many requests. */
    private static final int LOCAL_BATCH = 1024;

    private NestedQemu() {}

    /**
     * Opens the memory of a machine. On success the memory owns the system; on failure the caller still does.
     *
     * @param target process id or name; without one there must be one machine only
     * @throws MemflowException when there is no such machine, or its layout cannot be known for sure
     */
    public static PhysicalMemory open(OperatingSystem system, Optional<String> target) {
        NestedMachine machine = choice(system).find(target);
        TargetProcess process = system.process(machine.row());
        Listing<MemoryRegion> regions = process.regions();
        MemoryView memory = process.memory();
        ProcessWatch watch = new ProcessWatch(system, machine.row());
        LayoutSearch search = new LayoutSearch(
                machine.emulator().processor(system.info().architecture()),
                machine.commandLine(),
                regions.rows().stream().map(NestedQemu::mapping).toList(),
                PagePresence.UNKNOWN,
                (pieces, source) ->
                        new ProcessRam(system, watch, memory, pieces, facts(machine, system, source), () -> {}));
        return switch (search.run()) {
            case LayoutSearch.Confirmed found ->
                new ProcessRam(
                        system,
                        watch,
                        memory,
                        found.pieces(),
                        facts(machine, system, LayoutSearch.SOURCE),
                        system::close);
            case LayoutSearch.Refused refused -> throw refusal(system, machine, regions, refused.found());
        };
    }

    private static ProcessRam.Facts facts(NestedMachine machine, OperatingSystem system, String layoutSource) {
        Optional<PhysicalMemory> below = system.physicalMemory();
        String description = "%s in %s%s, RAM read through its process, layout %s"
                .formatted(
                        machine.description(),
                        system.info().name(),
                        below.map(memory -> " of " + memory.description()).orElse(""),
                        layoutSource);
        return new ProcessRam.Facts(
                description,
                below.map(PhysicalMemory::defects).orElse(List.of()),
                below.map(PhysicalMemory::idealBatchSize).orElse(LOCAL_BATCH));
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

    private static HostMapping mapping(MemoryRegion region) {
        String file = region.file();
        return new HostMapping(
                region.start(),
                region.end(),
                region.permissions(),
                region.fileOffset(),
                region.inode(),
                file == null ? "" : file);
    }

    private static MemflowException refusal(
            OperatingSystem system, NestedMachine machine, Listing<MemoryRegion> regions, String found) {
        List<MissingPart> missing = Stream.concat(
                        machine.row().provenance().missing().stream(), regions.missing().stream())
                .toList();
        String damage = missing.isEmpty()
                ? ""
                : " Not readable in the system below: %s."
                        .formatted(missing.stream()
                                .map(part -> part.what() + " (" + part.why() + ")")
                                .collect(Collectors.joining(", ")));
        return new MemflowException(
                ErrorOrigin.CONNECTOR,
                ErrorKind.NOT_SUPPORTED,
                "The memory layout of %s in %s is not known for sure: %s: look at it when a 64-bit guest has booted in it.%s"
                        .formatted(machine.description(), system.info().name(), found, damage));
    }
}
