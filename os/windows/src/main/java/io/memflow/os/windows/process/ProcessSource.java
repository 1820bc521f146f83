package io.memflow.os.windows.process;

import io.memflow.core.evidence.Source;

/** Structures of the kernel that lead to processes. */
enum ProcessSource implements Source {
    /** {@code PsActiveProcessHead}, or the links of another process. */
    ACTIVE_PROCESSES("active-processes"),
    /** {@code PspCidTable}: a process id, or the thread id of one of its threads. */
    CID_TABLE("cid-table"),
    /** The list of all handle tables, each of which names its process. */
    HANDLE_TABLES("handle-tables"),
    /** The handles of {@code csrss.exe}. */
    SUBSYSTEM_HANDLES("subsystem-handles"),
    /** All memory was searched for the tag of processes. */
    POOL_SCAN("pool-scan");

    private final String label;

    ProcessSource(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
