package io.memflow.connector.kvm;

import io.memflow.host.process.ProcFs;
import io.memflow.host.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A process that runs a virtual machine with KVM. Immutable.
 *
 * @param program name of its executable, such as {@code firecracker}
 */
record KvmProcess(ProcessIdentity identity, String program, Descriptors descriptors) {
    private static final String DELETED = " (deleted)";

    /** Every such process that this user sees, by ascending id. */
    static List<KvmProcess> all(ProcFs procFs) {
        return procFs.processes().stream()
                .flatMap(pid -> of(procFs, pid).stream())
                .toList();
    }

    /** The process of that id; empty when it runs no machine. */
    static Optional<KvmProcess> of(ProcFs procFs, long pid) {
        Descriptors descriptors = Descriptors.of(procFs, pid);
        OptionalLong startTime = procFs.startTime(pid);
        if (descriptors.machines() == 0 || startTime.isEmpty()) {
            return Optional.empty();
        }
        ProcessIdentity identity = new ProcessIdentity(procFs, pid, startTime.getAsLong());
        return Optional.of(new KvmProcess(identity, program(procFs, pid), descriptors));
    }

    private static String program(ProcFs procFs, long pid) {
        String path = procFs.executable(pid).map(Path::toString).orElseGet(() -> {
            List<String> arguments = procFs.arguments(pid);
            return arguments.isEmpty() ? "unknown" : arguments.getFirst();
        });
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.endsWith(DELETED) ? file.substring(0, file.length() - DELETED.length()) : file;
    }

    long pid() {
        return identity.pid();
    }

    /** The machine in a few words. */
    String description() {
        return "%s (pid %d)".formatted(program, pid());
    }
}
