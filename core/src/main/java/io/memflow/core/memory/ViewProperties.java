package io.memflow.core.memory;

import java.nio.ByteOrder;

/**
 * Facts of a view that typed access depends on.
 *
 * @param kind which space its addresses belong to
 * @param byteOrder order of multi-byte values
 * @param pointerBytes size of a pointer: 4 or 8
 * @param addressBits width of its addresses
 * @param access whether it can be written
 */
public record ViewProperties(AddressKind kind, ByteOrder byteOrder, int pointerBytes, int addressBits, Access access) {
    /** Whether a view can be written. */
    public enum Access {
        READ_ONLY,
        READ_WRITE
    }
}
