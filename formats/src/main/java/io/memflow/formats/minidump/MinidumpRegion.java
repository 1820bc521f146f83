package io.memflow.formats.minidump;

/**
 * A region of the address space ({@code MINIDUMP_MEMORY_INFO}), in the numbers of {@code VirtualQuery}.
 *
 * @param base virtual address of its first byte
 * @param bytes its length
 * @param allocationBase first address of what was allocated together
 * @param allocationProtect its protection at that time
 * @param state in use, reserved or free
 * @param protect its protection
 * @param type private, mapped or image
 */
public record MinidumpRegion(
        long base, long bytes, long allocationBase, long allocationProtect, long state, long protect, long type) {
    /** {@code MEM_COMMIT}. */
    public static final int COMMITTED = 0x1000;
    /** {@code MEM_RESERVE}. */
    public static final int RESERVED = 0x2000;
    /** {@code MEM_FREE}. */
    public static final int FREE = 0x10000;
    /** {@code MEM_PRIVATE}. */
    public static final int PRIVATE = 0x20000;
    /** {@code MEM_MAPPED}. */
    public static final int MAPPED = 0x40000;
    /** {@code MEM_IMAGE}. */
    public static final int IMAGE = 0x1000000;
}
