package io.memflow.formats.crashdump;

/**
 * A run of physical memory in a file.
 *
 * @param address physical address of its first byte
 * @param fileOffset where it begins in the file
 * @param bytes its length
 */
public record PhysicalRun(long address, long fileOffset, long bytes) {}
