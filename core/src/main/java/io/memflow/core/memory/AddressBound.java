package io.memflow.core.memory;

/**
 * A capability that takes addresses of the very view it is asked of, see {@link MemoryView#capability}. A view on top of
 * another that has other bytes at an address, or has to see each access, does not hand it on.
 */
public interface AddressBound {}
