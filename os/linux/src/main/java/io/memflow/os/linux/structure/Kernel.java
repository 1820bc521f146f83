package io.memflow.os.linux.structure;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.translate.VirtualMemory;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A kernel that was found: its address space, its symbols and its types. Immutable.
 *
 * @param memory the kernel's address space
 * @param symbols its kallsyms
 * @param layout its structures
 * @param facts what its addresses are like
 * @param landmarks data that its kallsyms lack
 */
public record Kernel(
        VirtualMemory memory,
        SymbolTable symbols,
        StructureLayout layout,
        KernelVersion version,
        AddressFacts facts,
        Landmarks landmarks) {
    /** A kernel on x86-64 with all symbols. */
    public Kernel(VirtualMemory memory, SymbolTable symbols, StructureLayout layout, KernelVersion version) {
        this(memory, symbols, layout, version, AddressFacts.x86(memory.format()), Landmarks.NONE);
    }

    /**
     * Virtual address of a symbol that every supported kernel has.
     *
     * @throws MemflowException when this one lacks it
     */
    public long address(String symbol) {
        return find(symbol)
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.NOT_FOUND,
                        "This kernel's symbol table has no " + symbol + ", and it was not found by structure either."));
    }

    /** Virtual address of a symbol, or 0 when this kernel lacks it. */
    public long addressOrZero(String symbol) {
        return find(symbol).orElse(0);
    }

    /** Virtual address of a symbol or of what was found in its stead. */
    public OptionalLong find(String symbol) {
        OptionalLong named = symbols.address(symbol);
        return named.isPresent() ? named : landmarks.address(symbol);
    }

    /**
     * The address space of a process.
     *
     * @param root physical address of the process' root page table
     */
    public VirtualMemory processMemory(long root) {
        return facts.hasSplitRoots()
                ? new VirtualMemory(memory.physical(), facts.processSpace(root, memory.root()))
                : memory.withRoot(root);
    }

    /**
     * A member that every supported kernel has, under the first of these names that exists.
     *
     * @throws MemflowException of kind NOT_FOUND when this kernel's types lack it
     */
    public KernelField field(String structure, String... paths) {
        return new KernelField(memory, layout.location(structure, paths));
    }

    /** A member that only some kernels have, under the first of these names that exists. */
    public Optional<KernelField> optionalField(String structure, String... paths) {
        return layout.find(structure, paths).map(place -> new KernelField(memory, place));
    }
}
