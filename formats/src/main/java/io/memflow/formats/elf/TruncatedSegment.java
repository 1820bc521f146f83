package io.memflow.formats.elf;

/**
 * A segment whose bytes end before its header says, because the file ends first.
 *
 * @param programHeader index of the segment's program header
 * @param fileOffset where its bytes should start in the file
 * @param declaredSize how many bytes the header promises
 * @param availableSize how many of them the file holds
 */
public record TruncatedSegment(int programHeader, long fileOffset, long declaredSize, long availableSize) {}
