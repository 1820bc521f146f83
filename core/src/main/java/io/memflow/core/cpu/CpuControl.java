package io.memflow.core.cpu;

import java.util.List;

/**
 * Control of a running machine's processors: a capability of its memory, found by
 * {@link io.memflow.core.memory.MemoryView#capability}. Thread-safe.
 *
 * <p>A machine is given back as it was found. It runs on when the last {@link CpuPause} on it is closed, when its memory
 * is closed, and when this program ends, however it ends; a machine that stood still before is never set going.
 */
public interface CpuControl {
    /**
     * What the machine does now.
     *
     * @throws io.memflow.core.error.MemflowException when it cannot be asked
     */
    CpuState state();

    /**
     * Stops all processors until the returned pause is closed. Pauses nest, from one thread or several.
     *
     * @throws io.memflow.core.error.MemflowException when the machine cannot be stopped, or it is not sure that it would
     *     run on when this program is killed; it runs then
     */
    CpuPause pause();

    /**
     * Lets a machine run that stands still, whoever stopped it. It is for repairing what others left behind.
     *
     * @throws io.memflow.core.error.MemflowException when a pause of this control is open, or the machine cannot be asked
     */
    void resume();

    /**
     * The registers of every processor, in the order of their numbers. Those of a running machine belong to different
     * moments.
     *
     * @throws io.memflow.core.error.MemflowException when the machine cannot be asked
     */
    List<CpuRegisters> registers();
}
