package io.memflow.formats.minidump;

/**
 * A region of the address space ({@code MINIDUMP_MEMORY_INFO}), in the numbers of {@code VirtualQuery}.
 *
 * @param base virtual address of its first byte
 * @param bytes its length
 * @param allocationBase first address of what was allocated together
 * @param allocationProtect its protection at that time
 * @param state 0x1000 in use, 0x2000 reserved, 0x10000 free
 * @param protect its protection
 * @param type 0x20000 private, 0x40000 mapped, 0x1000000 image
 */
public record MinidumpRegion(
        long base, long bytes, long allocationBase, long allocationProtect, long state, long protect, long type) {}
