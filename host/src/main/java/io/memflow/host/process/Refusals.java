package io.memflow.host.process;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import org.jspecify.annotations.Nullable;

/** Why a process cannot be looked into, in the words the user sees. Stateless. */
public final class Refusals {
    private Refusals() {}

    /** This user may not. */
    public static MemflowException denied(long pid, @Nullable Throwable cause) {
        return new MemflowException(
                ErrorOrigin.CONNECTOR,
                ErrorKind.UNABLE_TO_READ_MEMORY,
                "This user may not read the memory of process %d: run as root or with CAP_SYS_PTRACE, or as that process' own user with /proc/sys/kernel/yama/ptrace_scope at 0."
                        .formatted(pid),
                cause);
    }

    /** It is gone. */
    public static MemflowException ended(long pid, @Nullable Throwable cause) {
        return new MemflowException(
                ErrorOrigin.CONNECTOR,
                ErrorKind.TARGET_NOT_FOUND,
                "Process %d ended while it was looked at: start the machine again and name it anew.".formatted(pid),
                cause);
    }

    /** The system reports something else. */
    public static MemflowException unreadable(long pid, Throwable cause) {
        return new MemflowException(
                ErrorOrigin.CONNECTOR,
                ErrorKind.UNABLE_TO_READ_MEMORY,
                "The mappings of process %d could not be read: %s; try again as root."
                        .formatted(pid, cause.getMessage()),
                cause);
    }
}
