package io.memflow.connector.kvm;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.host.layout.LayoutOutcome;
import io.memflow.host.layout.Processor;
import io.memflow.host.nested.NestedProcess;
import io.memflow.host.process.ExecutableName;
import io.memflow.host.ram.PagePresence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps from an operating system to the memory of a machine that one of its processes runs with KVM. Stateless. */
final class NestedKvm {
    private static final Listing<HandleInfo> NO_FILES = new Listing<>(List.of(), List.of());

    private NestedKvm() {}

    /** A process of the system that runs a machine. */
    private record Holder(ProcessInfo row, String program, Descriptors descriptors) implements KvmInstance {
        @Override
        public long pid() {
            return row.pid();
        }
    }

    /**
     * Opens the memory of a machine. On success the memory owns the system; on failure the caller still does.
     *
     * @param target process id or program; without one there must be one machine only
     * @throws MemflowException when there is no such machine, or its layout cannot be known for sure
     */
    static PhysicalMemory open(OperatingSystem system, Optional<String> target) {
        Holder holder = holders(system).find(target);
        NestedProcess process = new NestedProcess(system, holder.row(), holder.description());
        LayoutChoice choice = new LayoutChoice(
                Processor.ofName(system.info().architecture()),
                process.mappings(),
                PagePresence.UNKNOWN,
                process::look);
        return switch (choice.run()) {
            case LayoutOutcome.Confirmed found ->
                process.open(
                        found.pieces(),
                        LayoutOutcome.SOURCE,
                        holder.descriptors().defects());
            case LayoutOutcome.Refused refused ->
                throw process.refusal(refused.found() + holder.descriptors().severalMachines());
        };
    }

    private static KvmProcesses<Holder> holders(OperatingSystem system) {
        Listing<ProcessInfo> processes = system.processes();
        List<Holder> found = new ArrayList<>();
        boolean whole = processes.missing().isEmpty();
        for (ProcessInfo row : processes.rows()) {
            Listing<HandleInfo> files = row.kind() == ProcessInfo.Kind.USER ? files(system, row) : NO_FILES;
            Descriptors descriptors = Descriptors.of(files);
            whole &= files.missing().isEmpty();
            if (descriptors.machines() > 0) {
                found.add(new Holder(row, program(row), descriptors));
            }
        }
        return new KvmProcesses<>(
                found,
                "of the system below, %s,".formatted(system.info().version()),
                whole
                        ? "memflow files on the chain up to there lists what its processes hold"
                        : "its lists of processes and open files are not whole; memflow ps and files on the chain up to there name what is missing");
    }

    private static Listing<HandleInfo> files(OperatingSystem system, ProcessInfo row) {
        try {
            return system.process(row).handles();
        } catch (MemflowException ended) {
            if (ended.kind() == ErrorKind.NOT_FOUND) {
                return NO_FILES;
            }
            throw ended;
        }
    }

    private static String program(ProcessInfo row) {
        String path = row.path();
        String name = row.name();
        return path != null ? ExecutableName.of(path) : name != null ? name : "unknown";
    }
}
