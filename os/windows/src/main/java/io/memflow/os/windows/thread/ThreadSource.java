package io.memflow.os.windows.thread;

import io.memflow.core.evidence.Source;

/** Structures of the kernel that lead to threads. */
enum ThreadSource implements Source {
    /** {@code EPROCESS.ThreadListHead}. */
    PROCESS_LIST("thread-list"),
    /** {@code KPROCESS.ThreadListHead}, which the scheduler keeps. */
    SCHEDULER_LIST("scheduler-thread-list"),
    /** {@code PspCidTable}: its id. */
    CID_TABLE("cid-table");

    private final String label;

    ThreadSource(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
