package io.memflow.os.nativelinux.file;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.HandleInfo.Access;
import io.memflow.core.os.HandleInfo.Kind;
import io.memflow.core.os.Listing;
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
    /** {@code S_IFMT} of include/uapi/linux/stat.h. */
    private static final int TYPE_MASK = 0xF000;

    private static final int OCTAL = 8;
    /** {@code O_ACCMODE} and {@code O_PATH} of include/uapi/asm-generic/fcntl.h. */
    private static final int ACCESS_MASK = 3;

    private static final long PATH_ONLY = 0x20_0000;
    private static final Map<Integer, Kind> BY_TYPE = Map.of(
            0xC000, Kind.SOCKET,
            0xA000, Kind.SYMBOLIC_LINK,
            0x8000, Kind.FILE,
            0x6000, Kind.BLOCK_DEVICE,
            0x4000, Kind.DIRECTORY,
            0x2000, Kind.CHARACTER_DEVICE,
            0x1000, Kind.PIPE);
    /** Beginnings of what the links show for files without a place: fs/eventfd.c and others, fs/pidfs.c since 6.9. */
    private static final Map<String, Kind> BY_NAME = Map.of(
            "anon_inode:[eventfd]", Kind.EVENTFD,
            "anon_inode:[eventpoll]", Kind.EPOLL,
            "anon_inode:[timerfd]", Kind.TIMERFD,
            "anon_inode:[signalfd]", Kind.SIGNALFD,
            "anon_inode:[pidfd]", Kind.PIDFD);

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
            return BY_NAME.getOrDefault(name, Kind.ANONYMOUS);
        }
        if (name.startsWith("pidfd:[")) {
            return Kind.PIDFD;
        }
        if (name.matches("[a-z_]+:\\[[0-9]+\\]") && !name.startsWith("pipe:") && !name.startsWith("socket:")) {
            return Kind.NAMESPACE;
        }
        return file.get("mode") instanceof Integer mode ? BY_TYPE.getOrDefault(mode & TYPE_MASK, Kind.ANONYMOUS) : null;
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
