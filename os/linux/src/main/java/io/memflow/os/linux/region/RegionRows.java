package io.memflow.os.linux.region;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.file.PathReader;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.List;

/** Builds the rows of {@code /proc/PID/maps}. Thread-safe. */
public final class RegionRows {
    /** Flag bits, include/linux/mm.h. */
    private static final int READ = 1;

    private static final int WRITE = 2;
    private static final int EXECUTE = 4;
    /** {@code VM_MAYSHARE}: what {@code /proc} shows as shared. */
    private static final int MAY_SHARE = 0x80;

    private final MemoryView memory;
    private final PathReader paths;
    private final VmaSource source;
    private final RegionNames names;
    private final GateRegion gate;
    private final long start;
    private final long end;
    private final long flags;
    private final long fileOffset;
    private final long file;
    private final long pageBytes;

    public RegionRows(Kernel kernel, PathReader paths) {
        this.memory = kernel.memory();
        this.paths = paths;
        source = VmaSource.of(kernel);
        names = new RegionNames(kernel, paths);
        gate = new GateRegion(kernel);
        StructureLayout layout = kernel.layout();
        start = layout.offset("vm_area_struct", "vm_start");
        end = layout.offset("vm_area_struct", "vm_end");
        flags = layout.offset("vm_area_struct", "vm_flags");
        fileOffset = layout.offset("vm_area_struct", "vm_pgoff");
        file = layout.offset("vm_area_struct", "vm_file");
        pageBytes = kernel.facts().pageBytes();
    }

    /**
     * The regions of one address space, ascending.
     *
     * @param mm virtual address of the {@code mm_struct}
     */
    public Listing<MemoryRegion> regions(long mm) {
        VmaSource.Found found = source.find(mm);
        List<MemoryRegion> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(found.missing());
        for (long vma : found.vmas()) {
            try {
                rows.add(region(vma, mm, source.name()));
            } catch (MemoryAccessException unreadable) {
                missing.add(new MissingPart("vm_area_struct at " + Address.format(vma), unreadable.getMessage()));
            }
        }
        gate.vma(mm).ifPresent(vma -> rows.add(gate.row(vma, permissions(vma))));
        return new Listing<>(rows, missing);
    }

    private MemoryRegion region(long vma, long mm, String sourceName) {
        FieldReader fields = new FieldReader();
        long first = memory.readPointer(vma + start);
        long after = memory.readPointer(vma + end);
        String permissions = permissions(vma);
        long backing = fields.readOr("vm_file", 0L, () -> memory.readPointer(vma + file));
        long offset = backing == 0
                ? 0
                : fields.readOr("vm_pgoff", 0L, () -> memory.readPointer(vma + fileOffset) * pageBytes);
        String name = fields.read("name", () -> names.read(vma, backing, first, after, mm));
        long inode = backing == 0 ? 0 : fields.readOr("i_ino", 0L, () -> paths.inode(backing));
        return new MemoryRegion(first, after, permissions, offset, name, inode, fields.provenance(sourceName));
    }

    private String permissions(long vma) {
        int bits = memory.readInt(vma + flags);
        char[] letters = {
            (bits & READ) != 0 ? 'r' : '-',
            (bits & WRITE) != 0 ? 'w' : '-',
            (bits & EXECUTE) != 0 ? 'x' : '-',
            (bits & MAY_SHARE) != 0 ? 's' : 'p'
        };
        return new String(letters);
    }
}
