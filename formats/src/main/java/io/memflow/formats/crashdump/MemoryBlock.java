package io.memflow.formats.crashdump;

/**
 * A run of virtual memory in a file.
 *
 * @param address virtual address of its first byte
 * @param fileOffset where it begins in the file
 * @param bytes its length
 */
public record MemoryBlock(long address, long fileOffset, long bytes) {}
