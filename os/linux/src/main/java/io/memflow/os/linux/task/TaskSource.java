package io.memflow.os.linux.task;

import io.memflow.core.evidence.Source;

/** The structures of the kernel that lead to a task. */
enum TaskSource implements Source {
    /** {@code init_task.tasks} and the links of its entries. */
    TASK_LIST("task-list"),
    /** The ids of the initial pid namespace, {@code init_pid_ns.idr}, which {@code /proc} lists. */
    PID_TABLE("pid-table"),
    /** Links between parents, children and siblings. */
    FAMILY("family"),
    /** Runs on a processor or waits for one: {@code runqueues}. */
    RUN_QUEUE("run-queue"),
    /** Looks like a task and lies where tasks do; looked for only when the others are damaged or disagree. */
    MEMORY_SCAN("memory-scan");

    private final String label;

    TaskSource(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
