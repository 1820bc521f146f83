package io.memflow.os.linux.page;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.region.VmaSource;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The regions of one address space as they were at one time, to be asked by address. Immutable. */
final class RegionTable {
    private final List<Region> regions;
    private final boolean whole;

    private RegionTable(List<Region> regions, boolean whole) {
        this.regions = regions;
        this.whole = whole;
    }

    /**
     * One region.
     *
     * @param start first virtual address
     * @param end virtual address after the last byte
     * @param file virtual address of its {@code struct file}, 0 without one
     * @param operations virtual address of its {@code vm_operations_struct}, 0 for anonymous memory ({@code
     *     vma_is_anonymous()})
     * @param firstPage offset of its start in the file, in pages
     */
    record Region(long start, long end, long file, long operations, long firstPage) {}

    /** Reads the regions of address spaces. Thread-safe. */
    static final class Reader {
        private final MemoryView memory;
        private final VmaSource source;
        private final long start;
        private final long end;
        private final long file;
        private final long operations;
        private final long offset;

        Reader(Kernel kernel) {
            memory = kernel.memory();
            source = VmaSource.of(kernel);
            StructureLayout layout = kernel.layout();
            start = layout.offset("vm_area_struct", "vm_start");
            end = layout.offset("vm_area_struct", "vm_end");
            file = layout.offset("vm_area_struct", "vm_file");
            operations = layout.offset("vm_area_struct", "vm_ops");
            offset = layout.offset("vm_area_struct", "vm_pgoff");
        }

        /**
         * The regions that can be read.
         *
         * @param mm virtual address of the {@code mm_struct}
         */
        RegionTable read(long mm) {
            VmaSource.Found found = source.find(mm);
            boolean whole = found.missing().isEmpty();
            List<Region> regions = new ArrayList<>();
            for (long vma : found.vmas()) {
                try {
                    regions.add(new Region(
                            memory.readPointer(vma + start),
                            memory.readPointer(vma + end),
                            memory.readPointer(vma + file),
                            memory.readPointer(vma + operations),
                            memory.readPointer(vma + offset)));
                } catch (MemoryAccessException unreadable) {
                    whole = false;
                }
            }
            regions.sort(Comparator.comparing(Region::start, Long::compareUnsigned));
            return new RegionTable(List.copyOf(regions), whole);
        }
    }

    List<Region> all() {
        return regions;
    }

    /** Whether no region can be missing. */
    boolean isWhole() {
        return whole;
    }

    /** The region that holds an address. */
    Optional<Region> at(long address) {
        int next = firstAfter(address);
        if (next == 0) {
            return Optional.empty();
        }
        Region region = regions.get(next - 1);
        return Long.compareUnsigned(address, region.end) < 0 ? Optional.of(region) : Optional.empty();
    }

    /** First address after this one at which a region begins; -1 when there is none. */
    long nextStart(long address) {
        int next = firstAfter(address);
        return next == regions.size() ? -1 : regions.get(next).start;
    }

    private int firstAfter(long address) {
        int low = 0;
        int high = regions.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(regions.get(middle).start, address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
