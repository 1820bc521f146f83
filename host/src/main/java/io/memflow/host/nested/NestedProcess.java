package io.memflow.host.nested;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetProcess;
import io.memflow.host.process.HostMapping;
import io.memflow.host.ram.HostPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process of another target's operating system that has the RAM of a machine. Only the system's own lists and the
 * process' memory are used: no monitor, and no file of the system. Immutable.
 */
public final class NestedProcess {
    /** A system without memory of its own reads processes by system calls, of which one takes many requests. */
    private static final int LOCAL_BATCH = 1024;

    private final OperatingSystem system;
    private final ProcessInfo row;
    private final String machine;
    private final Listing<MemoryRegion> regions;
    private final MemoryView memory;
    private final ProcessWatch watch;

    /**
     * @param machine in a few words, for descriptions and messages
     * @throws MemflowException when the process is not there any more
     */
    public NestedProcess(OperatingSystem system, ProcessInfo row, String machine) {
        this.system = system;
        this.row = row;
        this.machine = machine;
        TargetProcess process = system.process(row);
        regions = process.regions();
        memory = process.memory();
        watch = new ProcessWatch(system, row);
    }

    /** Its regions as {@code /proc/PID/maps} shows them; those that could not be read are missing. */
    public List<HostMapping> mappings() {
        return regions.rows().stream().map(NestedProcess::mapping).toList();
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

    /** The RAM as one memory, to test a layout: closing it leaves the system open. */
    public PhysicalMemory look(List<HostPiece> pieces, String layoutSource) {
        return new ProcessRam(system, watch, memory, pieces, facts(layoutSource, List.of()), () -> {});
    }

    /**
     * The RAM as one memory, which owns the system: closing it closes both.
     *
     * @param layoutSource where the layout is known from, for a person
     * @param defects what is known to be missing, beside what the system's own memory lacks
     */
    public PhysicalMemory open(List<HostPiece> pieces, String layoutSource, List<String> defects) {
        return new ProcessRam(system, watch, memory, pieces, facts(layoutSource, defects), system::close);
    }

    private ProcessRam.Facts facts(String layoutSource, List<String> defects) {
        Optional<PhysicalMemory> below = system.physicalMemory();
        String description = "%s in %s%s, RAM read through its process, layout %s"
                .formatted(
                        machine,
                        system.info().name(),
                        below.map(under -> " of " + under.description()).orElse(""),
                        layoutSource);
        List<String> all = new ArrayList<>(below.map(PhysicalMemory::defects).orElse(List.of()));
        all.addAll(defects);
        return new ProcessRam.Facts(
                description, all, below.map(PhysicalMemory::idealBatchSize).orElse(LOCAL_BATCH));
    }

    /**
     * The error that its layout is not known.
     *
     * @param found what was found instead, as a clause
     */
    public MemflowException refusal(String found) {
        List<MissingPart> missing = Stream.concat(row.provenance().missing().stream(), regions.missing().stream())
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
                        .formatted(machine, system.info().name(), found, damage));
    }
}
