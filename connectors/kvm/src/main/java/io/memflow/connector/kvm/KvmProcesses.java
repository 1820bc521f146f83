package io.memflow.connector.kvm;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.plugin.AvailableTarget;
import io.memflow.host.process.ProcFs;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The processes of a system that run machines with KVM, and which of them a target names. Immutable.
 *
 * @param where whose processes they are, as in "that this user sees"
 * @param remedy what to do when there is none, as an imperative
 */
record KvmProcesses<T extends KvmInstance>(List<T> processes, String where, String remedy) {
    static KvmProcesses<KvmProcess> of(ProcFs procFs) {
        return new KvmProcesses<>(
                KvmProcess.all(procFs),
                "that this user sees",
                "start the machine, or run as root to see other users' processes");
    }

    /** Those of that process id or program. */
    List<T> named(String target) {
        return processes.stream()
                .filter(process -> Long.toString(process.pid()).equals(target)
                        || process.program().equals(target))
                .toList();
    }

    /**
     * The one that is meant.
     *
     * @param target process id or program; without one there must be one process only
     * @throws MemflowException when there is none, or more than one
     */
    T find(Optional<String> target) {
        List<T> found = target.map(this::named).orElse(processes);
        if (found.size() == 1) {
            return found.getFirst();
        }
        String wanted = target.map(name -> "\"" + name + "\"").orElse("the only one");
        if (processes.isEmpty()) {
            throw refusal(
                    "No process %s holds a virtual machine of KVM (looked for %s): %s; a QEMU without KVM is reached by -c qemu."
                            .formatted(where, wanted, remedy));
        }
        throw refusal(
                found.isEmpty()
                        ? "No process with a virtual machine of KVM is %s; there are: %s."
                                .formatted(wanted, list(processes))
                        : "%d processes with a virtual machine of KVM are %s: name one by its process id: %s."
                                .formatted(found.size(), target.isPresent() ? wanted : "candidates", list(found)));
    }

    /** All of them, for a list. */
    List<AvailableTarget> targets() {
        return processes.stream().map(KvmProcesses::describe).toList();
    }

    private static AvailableTarget describe(KvmInstance process) {
        Descriptors descriptors = process.descriptors();
        String kind = "%s, KVM, %d processor%s"
                .formatted(process.program(), descriptors.processors(), descriptors.processors() == 1 ? "" : "s");
        return new AvailableTarget(
                Long.toString(process.pid()),
                process.program(),
                kind,
                null,
                descriptors.privateMemory() > 0
                        ? "its mappings; private memory of the guest cannot be reached"
                        : "its mappings, layout by page tables");
    }

    private static String list(List<? extends KvmInstance> processes) {
        return processes.stream().map(KvmInstance::description).collect(Collectors.joining(", "));
    }

    private static MemflowException refusal(String message) {
        return new MemflowException(ErrorOrigin.CONNECTOR, ErrorKind.TARGET_NOT_FOUND, message);
    }
}
