package io.memflow.host.process;

import java.util.OptionalLong;

/**
 * A process told apart from a later one with the same id by when it started. Immutable.
 *
 * @param pid its id
 * @param startTime clock ticks since boot
 */
public record ProcessIdentity(ProcFs procFs, long pid, long startTime) {
    /**
     * The process that has this id now.
     *
     * @throws io.memflow.core.error.MemflowException when there is none
     */
    public static ProcessIdentity of(ProcFs procFs, long pid) {
        OptionalLong startTime = procFs.startTime(pid);
        if (startTime.isEmpty()) {
            throw Refusals.ended(pid, null);
        }
        return new ProcessIdentity(procFs, pid, startTime.getAsLong());
    }

    /** Whether that process still exists. One small file read. */
    public boolean isRunning() {
        OptionalLong now = procFs.startTime(pid);
        return now.isPresent() && now.getAsLong() == startTime;
    }
}
