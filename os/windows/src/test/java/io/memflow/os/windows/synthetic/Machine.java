package io.memflow.os.windows.synthetic;

/**
 * What the parts of a synthetic machine that is being built have in common. Confined.
 *
 * @param options what it shall be like
 * @param ram its memory
 * @param tables writes its page tables
 * @param types its structures
 * @param wow64Types those of 32-bit programs; on a 32-bit system its own
 * @param places where the kernel has its parts
 * @param kernel the kernel's address space
 * @param nonPaged its pool of what stays in memory
 * @param paged its other pool
 * @param objects makes its objects
 * @param images its programs and libraries
 * @param sharedData frame of {@code KUSER_SHARED_DATA}
 */
record Machine(
        SyntheticWindowsBuilder options,
        SyntheticRam ram,
        SyntheticTables tables,
        SyntheticTypes types,
        SyntheticTypes wow64Types,
        KernelPlaces places,
        SyntheticSpace kernel,
        KernelPool nonPaged,
        KernelPool paged,
        KernelObjects objects,
        ImageCatalog images,
        long sharedData) {
    /** 100 ns units from 1601 to the moment that the machine shows, 2 March 2024, 12:00 UTC. */
    static final long NOW = 133_538_544_000_000_000L;

    private static final long SECOND = 10_000_000L;

    int build() {
        return types.build();
    }

    int pointer() {
        return kernel.pointerBytes();
    }

    /** When a process began: one after the other since the machine was started. */
    static long startOf(int process) {
        return NOW - 3600 * SECOND + process * 3L * SECOND;
    }

    /** When what ended did so. */
    static long endOf(int process) {
        return startOf(process) + 60 * SECOND;
    }
}
