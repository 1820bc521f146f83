package io.memflow.lab.translation;

/** The privilege a paused processor was caught in; on some architectures the monitor translates with its rights. */
enum ProcessorMode {
    /** A process' own code. */
    USER,
    /** The kernel. */
    KERNEL
}
