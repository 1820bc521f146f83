package io.memflow.os.linux.structure;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.translate.VirtualMemory;
import java.util.Arrays;
import java.util.Optional;

/**
 * A kernel that was found: its address space, its symbols and its types. Immutable.
 *
 * @param memory the kernel's address space
 * @param symbols its kallsyms
 * @param layout its structures
 */
public record Kernel(VirtualMemory memory, SymbolTable symbols, StructureLayout layout, KernelVersion version) {
    /**
     * Virtual address of a symbol that every supported kernel has.
     *
     * @throws MemflowException when this one lacks it
     */
    public long address(String symbol) {
        return symbols.address(symbol)
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.NOT_FOUND,
                        "This kernel's symbol table has no " + symbol + "."));
    }

    /** Virtual address of a symbol, or 0 when this kernel lacks it. */
    public long addressOrZero(String symbol) {
        return symbols.address(symbol).orElse(0);
    }

    /**
     * A member that every supported kernel has, under the first of these names that exists.
     *
     * @throws MemflowException when this kernel's types lack it
     */
    public KernelField field(String structure, String... paths) {
        return optionalField(structure, paths)
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.NOT_FOUND,
                        "This kernel's type information has no struct %s with %s."
                                .formatted(structure, String.join(" or ", paths))));
    }

    /** A member that only some kernels have, under the first of these names that exists. */
    public Optional<KernelField> optionalField(String structure, String... paths) {
        return Arrays.stream(paths)
                .flatMap(path -> layout.types().member(structure, path).stream())
                .map(place -> new KernelField(memory, place))
                .findFirst();
    }
}
