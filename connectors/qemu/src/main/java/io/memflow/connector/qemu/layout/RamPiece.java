package io.memflow.connector.qemu.layout;

/**
 * A run of guest-physical memory and where in a RAM block it lies.
 *
 * @param physical guest-physical address of the first byte
 * @param block name of the RAM block, such as {@code pc.ram}
 * @param offset of the first byte in the block
 * @param length bytes
 */
public record RamPiece(long physical, String block, long offset, long length) {}
