package io.memflow.os.nativelinux.file;

import io.memflow.core.os.FieldReader;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Programs, current directories and roots of processes. Thread-safe.
 *
 * @param roots where they are read from
 */
public record PlaceRows(Roots roots) {
    /** The row of one process. */
    public ProcessPlaces places(int pid) {
        FieldReader fields = new FieldReader();
        return new ProcessPlaces(
                pid,
                link(pid, "exe", fields),
                link(pid, "cwd", fields),
                link(pid, "root", fields),
                fields.provenance("proc"));
    }

    private @Nullable String link(int pid, String name, FieldReader fields) {
        Path link = roots.process(pid).resolve(name);
        return fields.read(name, () -> KernelFile.optionalLink(link).orElse(null));
    }
}
