package io.memflow.core.translate;

/** How a walk over page tables ended. */
public enum WalkEnd {
    /** The whole range was walked. */
    COMPLETE,
    /** The sink asked to stop. */
    STOPPED,
    /**
     * The tables hold more than the walk's budget allows, as tables that point at themselves do. What was not walked was
     * reported as missing with {@link io.memflow.core.memory.Fault#LOOP_BUDGET}.
     */
    OUT_OF_BUDGET
}
