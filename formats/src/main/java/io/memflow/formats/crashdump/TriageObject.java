package io.memflow.formats.crashdump;

/**
 * A structure of the kernel that a triage dump has a copy of, without saying where in memory it had been or how long it is.
 */
public enum TriageObject {
    /** {@code KPRCB} of the processor that stopped the system ({@code PrcbOffset}, {@code TRIAGE_DUMP_PRCB}). */
    PROCESSOR("KPRCB", 0x1C, 0x4),
    /** {@code EPROCESS} of the process that ran on it ({@code ProcessOffset}, {@code TRIAGE_DUMP_PROCESS}). */
    PROCESS("EPROCESS", 0x20, 0x8),
    /** {@code ETHREAD} of the thread that ran on it ({@code ThreadOffset}, {@code TRIAGE_DUMP_THREAD}). */
    THREAD("ETHREAD", 0x24, 0x10);

    private final String structure;
    private final int field;
    private final int flag;

    TriageObject(String structure, int field, int flag) {
        this.structure = structure;
        this.field = field;
        this.flag = flag;
    }

    /** Its name in public symbols. */
    public String structure() {
        return structure;
    }

    /** Where in the dump's own structure the file offset stands. */
    int field() {
        return field;
    }

    /** The bit of {@code MiniDumpFields} that says whether it counts. */
    int flag() {
        return flag;
    }
}
