package io.memflow.core.os;

/**
 * The system in which a machine runs as a process, and through which its memory is reached: a
 * {@linkplain io.memflow.core.memory.MemoryView#capability capability} of that memory. So a chain can be followed down from
 * its end. The memory owns the system. Immutable.
 */
public record EnclosingSystem(OperatingSystem system) {}
