package io.memflow.os.linux.zram;

/**
 * A disk whose pages are in memory. Immutable.
 *
 * @param name as {@code zram0}
 * @param address virtual address of its {@code struct zram}
 * @param start page of the disk at which the block device begins: 0 but for a partition
 */
record ZramDisk(String name, long address, long start) {}
