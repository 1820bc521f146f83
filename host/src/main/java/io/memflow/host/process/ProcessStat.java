package io.memflow.host.process;

import java.util.Optional;

/**
 * What {@code /proc/PID/stat} says of a process or thread. Immutable. Source: proc_pid_stat(5), whose numbers of fields the
 * constants have.
 *
 * @param name the short name the kernel keeps
 * @param state letter of what it is doing
 * @param parent id of the parent process
 * @param flags the kernel's flags, {@code PF_*} of include/linux/sched.h
 * @param threads how many threads its process has
 * @param startTime when it started, in clock ticks since boot
 * @param exitCode how it ended, as wait(2) gives it; 0 where this user may not know it or it has not ended
 */
public record ProcessStat(String name, char state, int parent, long flags, int threads, long startTime, int exitCode) {
    /** {@code USER_HZ}: include/asm-generic/param.h, the same on every architecture that has a JDK. */
    public static final int TICKS_PER_SECOND = 100;

    /** {@code PF_EXITING} and {@code PF_KTHREAD} of include/linux/sched.h. */
    private static final long EXITING = 0x4;

    private static final long KERNEL_THREAD = 0x0020_0000;

    /** The fields behind the name start with number 3. */
    private static final int FIRST = 3;

    private static final int STATE = 3;
    private static final int PARENT = 4;
    private static final int FLAGS = 9;
    private static final int THREADS = 20;
    private static final int START_TIME = 22;
    /** Since Linux 3.5. */
    private static final int EXIT_CODE = 52;

    /** Reads the file's text; empty for a text that is none. */
    public static Optional<ProcessStat> parse(String stat) {
        // The name in parentheses may hold anything, even a parenthesis.
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        if (open < 0 || close < open) {
            return Optional.empty();
        }
        String[] fields = stat.substring(close + 1).strip().split(" ", -1);
        if (fields.length <= START_TIME - FIRST || fields[STATE - FIRST].length() != 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ProcessStat(
                    stat.substring(open + 1, close),
                    fields[STATE - FIRST].charAt(0),
                    Integer.parseInt(fields[PARENT - FIRST]),
                    Long.parseLong(fields[FLAGS - FIRST]),
                    Integer.parseInt(fields[THREADS - FIRST]),
                    Long.parseLong(fields[START_TIME - FIRST]),
                    fields.length > EXIT_CODE - FIRST ? Integer.parseInt(fields[EXIT_CODE - FIRST]) : 0));
        } catch (NumberFormatException notStat) {
            return Optional.empty();
        }
    }

    /** Whether it is about to end, or has: its memory is let go of, or will be any moment. */
    public boolean isExiting() {
        return (flags & EXITING) != 0;
    }

    /** Whether it never runs user code. */
    public boolean isKernelThread() {
        return (flags & KERNEL_THREAD) != 0;
    }
}
