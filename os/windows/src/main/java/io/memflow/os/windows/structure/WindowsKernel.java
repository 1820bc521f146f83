package io.memflow.os.windows.structure;

import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.translate.VirtualMemory;
import java.util.List;
import java.util.Optional;

/**
 * A kernel that was found. Immutable.
 *
 * @param architecture the mode it runs in
 * @param version which Windows it is of
 * @param memory its address space
 * @param symbols its exports, and what its symbol file has when there is one
 * @param layout its structures, by the names of its public symbols such as {@code _EPROCESS}
 * @param image where its image lies
 * @param anchors where its lists begin
 * @param roots physical addresses of root page tables that were found by shape, of processes that run and that ended
 */
public record WindowsKernel(
        WindowsArchitecture architecture,
        WindowsVersion version,
        VirtualMemory memory,
        SymbolTable symbols,
        StructureLayout layout,
        Image image,
        Anchors anchors,
        List<Long> roots) {
    public WindowsKernel {
        roots = List.copyOf(roots);
    }

    /** A kernel of which no other roots are known. */
    public WindowsKernel(
            WindowsArchitecture architecture,
            WindowsVersion version,
            VirtualMemory memory,
            SymbolTable symbols,
            StructureLayout layout,
            Image image,
            Anchors anchors) {
        this(architecture, version, memory, symbols, layout, image, anchors, List.of());
    }

    /**
     * The kernel's image.
     *
     * @param base virtual address of its first byte
     * @param size in bytes
     */
    public record Image(long base, long size) {
        public boolean contains(long address) {
            return address - base >= 0 && address - base < size;
        }
    }

    /**
     * The address space of a process.
     *
     * @param root physical address of the process' root page table
     */
    public VirtualMemory processMemory(long root) {
        return memory.withRoot(root);
    }

    /** The kernel as its address space maps it. */
    public MappedKernel mapped() {
        return new MappedKernel(memory, image.base());
    }

    /** Bytes of a pointer. */
    public int pointerBytes() {
        return architecture.pointerBytes();
    }

    /**
     * A member of a structure, under the first of these names that exists.
     *
     * @throws io.memflow.core.error.MemflowException of kind NOT_FOUND when its place is not known
     */
    public KernelField field(String structure, String... names) {
        return new KernelField(memory, layout.location(structure, names));
    }

    /** A member that only some kernels have. */
    public Optional<KernelField> optionalField(String structure, String... names) {
        return layout.find(structure, names).map(place -> new KernelField(memory, place));
    }
}
