package io.memflow.formats.elf;

/**
 * One run of guest memory that a core file holds (a PT_LOAD program header). All values are unsigned bytes.
 *
 * @param fileOffset where the bytes start in the file
 * @param physicalAddress guest-physical address of the first byte
 * @param virtualAddress guest-virtual address of the first byte; 0 or equal to the physical one when the writer did not
 *     walk the guest's page tables
 * @param fileSize how many bytes the file really holds, which is less than the header says when the file is truncated
 * @param memorySize length of the run in memory; the part beyond {@code fileSize} is not known
 */
public record LoadSegment(long fileOffset, long physicalAddress, long virtualAddress, long fileSize, long memorySize) {}
