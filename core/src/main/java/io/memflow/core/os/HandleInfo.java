package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * One open file of a process, or in Windows' words one handle.
 *
 * @param address virtual address of the kernel's own object; null when it could not be read
 * @param pid the process that holds it
 * @param value what the process knows it by: the file descriptor or handle
 * @param type the system's own name of what it leads to, such as {@code Mutant}; null from a system that has no names for
 *     it, or when it could not be read
 * @param kind what it leads to; null when it could not be read
 * @param name path or name as the system itself shows it, such as {@code /etc/passwd}, {@code pipe:[77]} or
 *     {@code anon_inode:[eventfd]}; null when it has none or it could not be read
 * @param access what may be done through it; null when it could not be read, or its rights are of another kind
 * @param position where the next byte is read or written; null when it has none or it could not be read
 * @param flags the system's own flags: on Linux those of open(2), O_CLOEXEC among them; on Windows the granted access
 * @param inode number of the file in its file system; null without one
 */
public record HandleInfo(
        @Nullable Long address,
        int pid,
        long value,
        @Nullable String type,
        @Nullable Kind kind,
        @Nullable String name,
        @Nullable Access access,
        @Nullable Long position,
        @Nullable Long flags,
        @Nullable Long inode,
        Provenance provenance)
        implements Row {
    /** A handle of a system that has no names for kinds. */
    public HandleInfo(
            @Nullable Long address,
            int pid,
            long value,
            @Nullable Kind kind,
            @Nullable String name,
            @Nullable Access access,
            @Nullable Long position,
            @Nullable Long flags,
            @Nullable Long inode,
            Provenance provenance) {
        this(address, pid, value, null, kind, name, access, position, flags, inode, provenance);
    }

    /** What a handle leads to. */
    public enum Kind {
        FILE,
        DIRECTORY,
        SYMBOLIC_LINK,
        PIPE,
        SOCKET,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        EVENTFD,
        EPOLL,
        TIMERFD,
        SIGNALFD,
        PIDFD,
        NAMESPACE,
        /** A file without a place in any file system, of another kind than those above. */
        ANONYMOUS,
        /** A Windows object that is none of the above; {@link #type()} says which. */
        OBJECT
    }

    /** What may be done through a handle. */
    public enum Access {
        NONE,
        READ,
        WRITE,
        READ_WRITE
    }
}
