package io.memflow.formats.crashdump;

/**
 * A structure of the kernel that a triage dump has a copy of, without saying where in memory it had been or how long it is.
 */
public enum TriageObject {
    /** {@code KPRCB} of the processor that stopped the system ({@code PrcbOffset}, {@code TRIAGE_DUMP_PRCB}). */
    PROCESSOR(0x1C, 0x4),
    /** {@code EPROCESS} of the process that ran on it ({@code ProcessOffset}, {@code TRIAGE_DUMP_PROCESS}). */
    PROCESS(0x20, 0x8),
    /** {@code ETHREAD} of the thread that ran on it ({@code ThreadOffset}, {@code TRIAGE_DUMP_THREAD}). */
    THREAD(0x24, 0x10);

    private final int field;
    private final int flag;

    TriageObject(int field, int flag) {
        this.field = field;
        this.flag = flag;
    }

    /** Where in the structure the file offset stands. */
    int field() {
        return field;
    }

    /** The bit of {@code MiniDumpFields} that says whether it counts. */
    int flag() {
        return flag;
    }
}
