package io.memflow.formats.openfile;

import io.memflow.core.os.HandleInfo.Kind;
import java.util.Map;

/** What an open file of Linux is: by its inode's mode, or by the name of a file without a place. Stateless. */
public final class OpenFileKinds {
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

    private OpenFileKinds() {}

    /** By {@code i_mode}, or {@code st_mode} of stat(2). */
    public static Kind byMode(int mode) {
        return BY_MODE.getOrDefault(mode & TYPE_MASK, Kind.ANONYMOUS);
    }

    /** By what the link in {@code /proc/PID/fd} shows for a file of the kernel's file system of anonymous inodes. */
    public static Kind byAnonymousName(String name) {
        return BY_NAME.getOrDefault(name, Kind.ANONYMOUS);
    }
}
