package io.memflow.connector.kvm;

import io.memflow.host.process.ExecutableName;
import io.memflow.host.process.ProcFs;
import io.memflow.host.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A process of this machine that runs a virtual machine with KVM. Immutable.
 *
 * @param program name of its executable, such as {@code firecracker}
 */
record KvmProcess(ProcessIdentity identity, String program, Descriptors descriptors) implements KvmInstance {
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
        return ExecutableName.of(path);
    }

    @Override
    public long pid() {
        return identity.pid();
    }
}
