package io.memflow.os.windows.pool;

/**
 * A block of pool memory that a scan met.
 *
 * @param tag that it has
 * @param address virtual address of what is behind its header
 * @param bytes that its header says there are behind it; 0 when it says nothing of use
 */
public record PoolBlock(PoolTag tag, long address, int bytes) {}
