package io.memflow.guest;

/** Where QEMU keeps the guest's RAM, which decides how another process can reach it. */
public enum RamBacking {
    /** A shared file that anybody with the rights can map. */
    SHARED_FILE,
    /** A shared memory file without a name, reached through QEMU's descriptors. */
    MEMFD,
    /** Private memory of QEMU, given as an explicit memory backend. */
    ANONYMOUS_BACKEND,
    /** Private memory of QEMU as it allocates it when told nothing. */
    NONE
}
