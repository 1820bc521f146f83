package io.memflow.os.nativelinux.file;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.HandleInfo.Access;
import io.memflow.core.os.HandleInfo.Kind;
import io.memflow.core.os.Listing;
import io.memflow.formats.openfile.OpenFileKinds;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.KeyValues;
import io.memflow.os.nativelinux.proc.Roots;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Open files: {@code /proc/PID/fd} and {@code /proc/PID/fdinfo} (proc_pid_fdinfo(5)). Thread-safe.
 *
 * @param roots where they are read from
 */
public record HandleRows(Roots roots) {
    private static final String SOURCE = "proc";
    private static final int OCTAL = 8;
    /** {@code O_ACCMODE} and {@code O_PATH} of include/uapi/asm-generic/fcntl.h. */
    private static final int ACCESS_MASK = 3;

    private static final long PATH_ONLY = 0x20_0000;

    /**
     * The open files of a process, ascending; those that are closed meanwhile are left out.
     *
     * @throws MemflowException when this user may not see them, or the process has ended
     */
    public Listing<HandleInfo> handles(int pid) {
        Path directory = roots.process(pid);
        List<HandleInfo> rows = new ArrayList<>();
        for (int number : KernelFile.numbers(directory.resolve("fd"))) {
            HandleInfo row = row(directory, pid, number);
            if (row != null) {
                rows.add(row);
            }
        }
        return new Listing<>(rows, List.of());
    }

    private static @Nullable HandleInfo row(Path directory, int pid, int number) {
        Path link = directory.resolve("fd").resolve(Integer.toString(number));
        String name = KernelFile.optionalLink(link).orElse(null);
        if (name == null) {
            return null;
        }
        FieldReader fields = new FieldReader();
        Map<String, Object> file = fields.readOr("inode", Map.of(), () -> KernelFile.attributes(link, "mode,ino"));
        KeyValues info = fields.read(
                "fdinfo", () -> KeyValues.read(directory.resolve("fdinfo").resolve(Integer.toString(number))));
        Long flags = info == null ? null : number(info.value("flags"), OCTAL);
        if (file.isEmpty() && KernelFile.optionalLink(link).isEmpty()) {
            return null;
        }
        return new HandleInfo(
                null,
                pid,
                number,
                kind(name, file),
                name,
                flags == null ? null : access(flags),
                info == null ? null : number(info.value("pos"), 10),
                flags,
                file.get("ino") instanceof Long inode ? inode : null,
                fields.provenance(SOURCE));
    }

    private static @Nullable Long number(@Nullable String text, int radix) {
        try {
            return text == null ? null : Long.valueOf(Long.parseLong(text, radix));
        } catch (NumberFormatException notOfThisKernel) {
            return null;
        }
    }

    private static @Nullable Kind kind(String name, Map<String, Object> file) {
        if (name.startsWith("anon_inode:")) {
            return OpenFileKinds.byAnonymousName(name);
        }
        // fs/pidfs.c since 6.9.
        if (name.startsWith("pidfd:[")) {
            return Kind.PIDFD;
        }
        if (name.matches("[a-z_]+:\\[[0-9]+\\]") && !name.startsWith("pipe:") && !name.startsWith("socket:")) {
            return Kind.NAMESPACE;
        }
        return file.get("mode") instanceof Integer mode ? OpenFileKinds.byMode(mode) : null;
    }

    private static Access access(long flags) {
        if ((flags & PATH_ONLY) != 0) {
            return Access.NONE;
        }
        return switch ((int) flags & ACCESS_MASK) {
            case 0 -> Access.READ;
            case 1 -> Access.WRITE;
            case 2 -> Access.READ_WRITE;
            default -> Access.NONE;
        };
    }
}
