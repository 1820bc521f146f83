package io.memflow.lab.translation;

/**
 * A present page as {@code /proc/PID/pagemap} has it.
 *
 * @param address its virtual address
 * @param physical its physical address
 * @param flags bits 55 to 63 of the entry: soft-dirty 1, exclusive 2, file or shared 64, swapped 128, present 256
 */
record PagemapEntry(long address, long physical, int flags) {}
