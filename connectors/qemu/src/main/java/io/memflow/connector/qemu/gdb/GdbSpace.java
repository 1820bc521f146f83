package io.memflow.connector.qemu.gdb;

import io.memflow.core.memory.AddressKind;

/**
 * What addresses mean to a stub. Immutable.
 *
 * @param thread the stub's name of the processor whose virtual memory is meant; empty for physical memory
 */
record GdbSpace(AddressKind kind, String thread) {
    static final GdbSpace PHYSICAL = new GdbSpace(AddressKind.PHYSICAL, "");

    static GdbSpace virtual(String thread) {
        return new GdbSpace(AddressKind.VIRTUAL, thread);
    }
}
