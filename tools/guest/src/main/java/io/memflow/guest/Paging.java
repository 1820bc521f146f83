package io.memflow.guest;

/** What the segments of QEMU's ELF dump are addressed by. */
public enum Paging {
    /** Physical addresses, all RAM once. */
    PHYSICAL,
    /** Virtual addresses as the first processor's page tables map them, with the physical address beside each. */
    VIRTUAL
}
