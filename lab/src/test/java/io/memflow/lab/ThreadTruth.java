package io.memflow.lab;

/**
 * One entry of {@code /proc/PID/task}. Immutable.
 *
 * @param pid its process
 * @param stat its own stat line
 */
record ThreadTruth(int pid, TaskStat stat) {
    int tid() {
        return stat.id();
    }
}
