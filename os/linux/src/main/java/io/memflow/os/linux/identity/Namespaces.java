package io.memflow.os.linux.identity;

import io.memflow.core.os.FieldReader;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The namespaces of a task: those of its {@code nsproxy} (include/linux/nsproxy.h), of its pid (include/linux/pid.h) and of
 * its credentials. Thread-safe.
 */
final class Namespaces {
    /** {@code MAX_PID_NS_LEVEL}, include/linux/pid_namespace.h. */
    private static final long DEEPEST_PID_LEVEL = 32;

    private final KernelField proxy;
    private final Map<String, Inside> inside = new LinkedHashMap<>();
    private final KernelField pid;
    private final KernelField level;
    private final KernelField numbers;
    private final KernelField number;
    private final KernelField pidNamespace;
    private final long numberBytes;
    private final KernelField pidInode;
    private final KernelField credentials;
    private final KernelField userNamespace;
    private final KernelField userInode;

    /** Where the proxy points to a namespace, and where that keeps its number. */
    private record Inside(KernelField pointer, KernelField inode) {}

    Namespaces(Kernel kernel) {
        proxy = kernel.field("task_struct", "nsproxy");
        add(kernel, "cgroup", "cgroup_ns", "cgroup_namespace");
        add(kernel, "ipc", "ipc_ns", "ipc_namespace");
        add(kernel, "mnt", "mnt_ns", "mnt_namespace");
        add(kernel, "net", "net_ns", "net");
        add(kernel, "pid_for_children", "pid_ns_for_children", "pid_namespace");
        add(kernel, "time", "time_ns", "time_namespace");
        add(kernel, "time_for_children", "time_ns_for_children", "time_namespace");
        add(kernel, "uts", "uts_ns", "uts_namespace");
        pid = kernel.field("task_struct", "thread_pid");
        level = kernel.field("pid", "level");
        numbers = kernel.field("pid", "numbers");
        number = kernel.field("upid", "nr");
        pidNamespace = kernel.field("upid", "ns");
        numberBytes = kernel.layout().size("upid");
        pidInode = kernel.field("pid_namespace", "ns.inum");
        credentials = kernel.field("task_struct", "real_cred");
        userNamespace = kernel.field("cred", "user_ns");
        userInode = kernel.field("user_namespace", "ns.inum");
    }

    /** Not every kernel is built with every kind. */
    private void add(Kernel kernel, String name, String member, String structure) {
        Optional<KernelField> pointer = kernel.optionalField("nsproxy", member);
        Optional<KernelField> inode = kernel.optionalField(structure, "ns.inum");
        if (pointer.isPresent() && inode.isPresent()) {
            inside.put(name, new Inside(pointer.get(), inode.get()));
        }
    }

    /** Numbers by the names of {@code /proc/PID/ns}. */
    Map<String, Long> read(long task, FieldReader fields) {
        Map<String, Long> found = new TreeMap<>();
        long own = fields.readOr("nsproxy", 0L, () -> proxy.pointer(task));
        if (own != 0) {
            inside.forEach((name, place) -> {
                long namespace = fields.readOr(name + " namespace", 0L, () -> place.pointer.pointer(own));
                Long inode =
                        namespace == 0 ? null : fields.read(name + " namespace", () -> place.inode.unsigned(namespace));
                if (inode != null) {
                    found.put(name, inode);
                }
            });
        }
        Long ofPid = fields.read("pid namespace", () -> pidNamespaceOf(task));
        if (ofPid != null) {
            found.put("pid", ofPid);
        }
        Long ofUser = fields.read(
                "user namespace", () -> userInode.unsigned(userNamespace.pointer(credentials.pointer(task))));
        if (ofUser != null) {
            found.put("user", ofUser);
        }
        return found;
    }

    /** The task's id in each pid namespace, outermost first. */
    List<Integer> pids(long task) {
        long own = pid.pointer(task);
        List<Integer> pids = new ArrayList<>();
        for (long i = 0; own != 0 && i <= Math.min(level.unsigned(own), DEEPEST_PID_LEVEL); i++) {
            pids.add((int) number.unsigned(numbers.at(own) + i * numberBytes));
        }
        return pids;
    }

    private Long pidNamespaceOf(long task) {
        long own = pid.pointer(task);
        long innermost = Math.min(level.unsigned(own), DEEPEST_PID_LEVEL);
        return pidInode.unsigned(pidNamespace.pointer(numbers.at(own) + innermost * numberBytes));
    }
}
