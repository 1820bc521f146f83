package io.memflow.os.linux.task;

import io.memflow.core.error.MemflowException;
import io.memflow.os.linux.structure.Kernel;

/** Whether a kernel's types fit it, where the idle task cannot say so. Stateless. */
public final class TaskEvidence {
    private TaskEvidence() {}

    /**
     * How many processes there are by these types: each its own leader, with equal ids. Types of another kernel lead to
     * none.
     */
    public static int processes(Kernel kernel) {
        try {
            return new Tasks(kernel).processes().sightings().size();
        } catch (MemflowException unknownPlace) {
            return 0;
        }
    }
}
