package io.memflow.core.synthetic;

import io.memflow.core.os.TaskState;
import java.util.List;

/**
 * What a made-up machine says of itself, in its own memory: the seed, the page-table roots, and its processes, regions and
 * modules. It starts at the first byte of physical memory, lies in one piece, and is mapped into the kernel's space too.
 * {@link MachineTableCodec} has the layout. Immutable.
 *
 * @param seed what the machine was made from
 * @param architecture see {@link MachineArchitecture#named}
 * @param tableAddress virtual address at which the kernel sees this table
 * @param root physical address of the kernel's own root table; of the lower one where there are two
 * @param upperRoot physical address of the root for kernel addresses where that is another; otherwise 0
 * @param kernelBase virtual address of the kernel image's first byte
 * @param kernelSize bytes of the kernel image
 */
public record MachineTable(
        long seed,
        String architecture,
        long tableAddress,
        long root,
        long upperRoot,
        long kernelBase,
        long kernelSize,
        List<ProcessRow> processes,
        List<RegionRow> kernelRegions,
        List<ModuleRow> modules) {
    /** Most characters of a name, all of them ASCII. */
    public static final int MAX_NAME = 31;

    public MachineTable {
        processes = List.copyOf(processes);
        kernelRegions = List.copyOf(kernelRegions);
        modules = List.copyOf(modules);
    }

    /**
     * One process.
     *
     * @param pid its id, which {@link KnownBytes} knows it by
     * @param root physical address of its root table; of the lower one where there are two
     * @param threads how many it has; their ids are {@code pid}, {@code pid + 1} and so on
     */
    public record ProcessRow(
            int pid, int parent, String name, TaskState state, long root, int threads, List<RegionRow> regions) {
        public ProcessRow {
            regions = List.copyOf(regions);
        }
    }

    /**
     * Addresses that are mapped without a gap.
     *
     * @param start first virtual address
     * @param end virtual address after the last byte
     * @param pageSize bytes of each of its pages
     * @param pageType flags of PageType that its pages have
     */
    public record RegionRow(String name, long start, long end, long pageSize, int pageType) {}

    /** A module of the kernel; {@code base} is a virtual address, {@code size} is in bytes. */
    public record ModuleRow(String name, long base, long size) {}
}
