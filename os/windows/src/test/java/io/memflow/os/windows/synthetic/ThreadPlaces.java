package io.memflow.os.windows.synthetic;

/** Gives out ids and kernel stacks of threads. Confined. */
final class ThreadPlaces {
    private static final int FUNCTION_STEP = 0x20;

    private final Machine machine;
    private final long codeStart;
    private long nextId;
    private long nextStack;

    /**
     * @param firstId an id behind those of all processes
     * @param codeStart where functions of the kernel lie that its own threads run
     */
    ThreadPlaces(Machine machine, long firstId, long codeStart) {
        this.machine = machine;
        this.codeStart = codeStart;
        nextId = firstId;
        nextStack = machine.places().stacks();
    }

    long id() {
        nextId = HandleTables.usable(nextId + 4);
        return nextId;
    }

    /** The end of a free stack; a page before it belongs to nobody. */
    long stack() {
        nextStack += SyntheticRam.PAGE + ThreadAssembly.stackBytes(machine);
        return nextStack;
    }

    long kernelStart(int index) {
        return codeStart + (long) index * FUNCTION_STEP;
    }
}
