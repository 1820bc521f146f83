package io.memflow.lab;

import io.memflow.core.error.MalformedDataException;

/**
 * One line of {@code /proc/PID/stat} or {@code /proc/PID/task/TID/stat}, as far as the cross checks use it. Immutable.
 * Source: proc_pid_stat(5).
 *
 * @param id pid or tid
 * @param comm the name between the outermost parentheses; for kernel workers procfs appends what they work on
 * @param state one letter
 * @param parent pid of the parent
 * @param threads number of threads of the process
 * @param startTicks start time in clock ticks of 10 ms since boot
 * @param exitCode as wait(2) gives it
 */
record TaskStat(int id, String comm, char state, int parent, int threads, long startTicks, int exitCode) {
    /** Indexes of fields counted from the state, which is field 3 of the manual page. */
    private static final int PARENT = 1;

    private static final int THREADS = 17;
    private static final int START = 19;
    private static final int EXIT_CODE = 49;

    static TaskStat parse(String line) {
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        if (open < 2 || close < open || close + 2 >= line.length()) {
            throw malformed(line);
        }
        String[] fields = line.substring(close + 2).strip().split(" ", -1);
        if (fields.length <= EXIT_CODE || fields[0].length() != 1) {
            throw malformed(line);
        }
        try {
            return new TaskStat(
                    Integer.parseInt(line.substring(0, open - 1)),
                    line.substring(open + 1, close),
                    fields[0].charAt(0),
                    Integer.parseInt(fields[PARENT]),
                    Integer.parseInt(fields[THREADS]),
                    Long.parseLong(fields[START]),
                    Integer.parseInt(fields[EXIT_CODE]));
        } catch (NumberFormatException e) {
            throw malformed(line);
        }
    }

    /**
     * The name as the task itself holds it. For kernel workers procfs appends {@code -} or {@code +} and the work queue's
     * name ({@code wq_worker_comm} in kernel/workqueue.c).
     */
    String ownComm() {
        if (!comm.startsWith("kworker/")) {
            return comm;
        }
        int end = comm.length();
        for (int i = "kworker/".length(); i < end; i++) {
            if (comm.charAt(i) == '-' || comm.charAt(i) == '+') {
                end = i;
            }
        }
        return comm.substring(0, end);
    }

    private static MalformedDataException malformed(String line) {
        return new MalformedDataException("proc stat", 0, "this is no stat line: " + line);
    }
}
