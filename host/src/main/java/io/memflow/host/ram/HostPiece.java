package io.memflow.host.ram;

/**
 * A run of guest-physical memory and where QEMU has it.
 *
 * @param physical guest-physical address of the first byte
 * @param host address of that byte in the QEMU process
 * @param length bytes
 */
public record HostPiece(long physical, long host, long length) {}
