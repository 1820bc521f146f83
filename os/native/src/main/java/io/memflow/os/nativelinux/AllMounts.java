package io.memflow.os.nativelinux;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.MountInfo;
import io.memflow.os.nativelinux.file.MountRows;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import io.memflow.os.nativelinux.task.DetailRows;
import io.memflow.os.nativelinux.task.ProcessRows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Mounts of all mount namespaces that processes are in, as far as this user sees them. Thread-safe.
 *
 * @param roots where they are read from
 */
record AllMounts(Roots roots, ProcessRows processes) {
    Listing<MountInfo> mounts() {
        List<MountInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        int refused = 0;
        for (int pid : processes.pids()) {
            try {
                Long namespace = KernelFile.optionalLink(roots.process(pid).resolve("ns/mnt"))
                        .map(DetailRows::bracketed)
                        .orElse(null);
                // A zombie has let go of its own.
                if (namespace != null && !seen.contains(namespace)) {
                    Listing<MountInfo> found = new MountRows(roots).mounts(pid, namespace);
                    rows.addAll(found.rows());
                    missing.addAll(found.missing());
                    seen.add(namespace);
                }
            } catch (MemflowException failed) {
                refused += KernelFile.isGone(failed) ? 0 : 1;
            }
        }
        if (refused > 0) {
            missing.add(new MissingPart(
                    "mounts of other namespaces",
                    "this user may not see those of %d processes; run as root or with CAP_SYS_PTRACE"
                            .formatted(refused)));
        }
        return new Listing<>(rows, missing);
    }
}
