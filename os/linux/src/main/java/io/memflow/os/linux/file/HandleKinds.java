package io.memflow.os.linux.file;

import io.memflow.core.os.HandleInfo.Kind;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.linux.structure.Kernel;
import java.util.Map;

/** What an open file is: by the file system that names it, else by its inode's mode. Thread-safe. */
final class HandleKinds {
    /** {@code S_IFMT} and the types under it, include/uapi/linux/stat.h. */
    private static final int TYPE_MASK = 0xF000;

    private static final Map<Integer, Kind> BY_MODE = Map.of(
            0xC000, Kind.SOCKET,
            0xA000, Kind.SYMBOLIC_LINK,
            0x8000, Kind.FILE,
            0x6000, Kind.BLOCK_DEVICE,
            0x4000, Kind.DIRECTORY,
            0x2000, Kind.CHARACTER_DEVICE,
            0x1000, Kind.PIPE);

    /** Names that fs/eventfd.c, fs/eventpoll.c, fs/timerfd.c, fs/signalfd.c and kernel/fork.c give. */
    private static final Map<String, Kind> BY_NAME = Map.of(
            "anon_inode:[eventfd]", Kind.EVENTFD,
            "anon_inode:[eventpoll]", Kind.EPOLL,
            "anon_inode:[timerfd]", Kind.TIMERFD,
            "anon_inode:[signalfd]", Kind.SIGNALFD,
            "anon_inode:[pidfd]", Kind.PIDFD);

    private final PathReader paths;
    private final KernelField fileInode;
    private final WhenKnown<KernelField> mode;

    HandleKinds(Kernel kernel, PathReader paths) {
        this.paths = paths;
        fileInode = kernel.field("file", "f_inode");
        mode = new WhenKnown<>(() -> kernel.field("inode", "i_mode"));
    }

    /** The kind of the {@code struct file} at a virtual address. */
    Kind read(long file) {
        return switch (paths.origin(file)) {
            case ANONYMOUS -> BY_NAME.getOrDefault(String.valueOf(paths.specialName(file)), Kind.ANONYMOUS);
            case PROCESS -> Kind.PIDFD;
            case NAMESPACE -> Kind.NAMESPACE;
            case DIRECTORY, SIMPLE, PIPE, SOCKET, OTHER -> byMode(file);
        };
    }

    private Kind byMode(long file) {
        int type = (int) mode.get().unsigned(fileInode.pointer(file)) & TYPE_MASK;
        return BY_MODE.getOrDefault(type, Kind.ANONYMOUS);
    }
}
