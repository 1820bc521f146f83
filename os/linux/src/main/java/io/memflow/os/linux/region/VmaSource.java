package io.memflow.os.linux.region;

import io.memflow.core.os.MissingPart;
import io.memflow.os.linux.structure.Kernel;
import java.util.List;

/** Where a kernel keeps the {@code vm_area_struct}s of an address space. Thread-safe. */
public sealed interface VmaSource permits MapleTreeVmas, LinkedVmas {
    /** The source that kernels of this version have. */
    static VmaSource of(Kernel kernel) {
        return kernel.layout().has("mm_struct", "mm_mt.ma_root") ? new MapleTreeVmas(kernel) : new LinkedVmas(kernel);
    }

    /** Name of the structure, for the rows' provenance. */
    String name();

    /**
     * Virtual addresses of the {@code vm_area_struct}s, ascending by what they cover, and what could not be followed.
     *
     * @param mm virtual address of the {@code mm_struct}
     */
    Found find(long mm);

    /** What was found, and where a structure could not be followed. */
    record Found(List<Long> vmas, List<MissingPart> missing) {}
}
