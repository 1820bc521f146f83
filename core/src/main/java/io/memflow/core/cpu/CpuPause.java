package io.memflow.core.cpu;

/** A machine that stands still. Thread-safe. */
public interface CpuPause extends AutoCloseable {
    /** What the machine did before it was paused; {@link CpuState#PAUSED} means that closing does not set it going. */
    CpuState before();

    /**
     * Gives the machine back as it was found, once no other pause holds it. Closing twice does nothing.
     *
     * @throws io.memflow.core.error.MemflowException when it is not sure that the machine runs on
     */
    @Override
    void close();
}
