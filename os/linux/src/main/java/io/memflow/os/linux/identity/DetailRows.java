package io.memflow.os.linux.identity;

import io.memflow.core.os.FieldReader;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessDetails.Capabilities;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.linux.structure.Kernel;
import java.util.List;
import java.util.Objects;

/** Builds the rows of namespaces, control groups, capabilities and exit codes. Thread-safe. */
public final class DetailRows {
    private static final String TASK = "task";

    private final Namespaces namespaces;
    private final WhenKnown<ControlGroups> groups;
    private final KernelField credentials;
    private final KernelField inheritable;
    private final KernelField permitted;
    private final KernelField effective;
    private final KernelField bounding;
    private final KernelField ambient;
    private final KernelField exitCode;

    public DetailRows(Kernel kernel) {
        namespaces = new Namespaces(kernel);
        groups = new WhenKnown<>(() -> new ControlGroups(kernel));
        credentials = kernel.field("task_struct", "real_cred");
        inheritable = kernel.field("cred", "cap_inheritable");
        permitted = kernel.field("cred", "cap_permitted");
        effective = kernel.field("cred", "cap_effective");
        bounding = kernel.field("cred", "cap_bset");
        ambient = kernel.field("cred", "cap_ambient");
        exitCode = kernel.field("task_struct", "exit_code");
    }

    /** The details of one process. */
    public ProcessDetails read(ProcessInfo process) {
        FieldReader fields = new FieldReader();
        long task = Objects.requireNonNull(process.address());
        boolean ended = process.state() == TaskState.ZOMBIE || process.state() == TaskState.DEAD;
        return new ProcessDetails(
                process.pid(),
                process.name(),
                process.kind(),
                namespaces.read(task, fields),
                fields.readOr("thread_pid", List.of(), () -> namespaces.pids(task)),
                fields.readOr("cgroups", List.of(), () -> groups.get().read(task, fields)),
                fields.read("capabilities", () -> capabilities(credentials.pointer(task))),
                ended ? fields.read("exit_code", () -> (int) exitCode.unsigned(task)) : null,
                fields.provenance(TASK));
    }

    /** {@code kernel_cap_t} is two 32-bit words, the lower first, or since 6.3 one number of 64 bits. */
    private Capabilities capabilities(long cred) {
        return new Capabilities(
                inheritable.unsigned(cred),
                permitted.unsigned(cred),
                effective.unsigned(cred),
                bounding.unsigned(cred),
                ambient.unsigned(cred));
    }
}
