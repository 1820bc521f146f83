package io.memflow.os.linux.profile;

import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.translate.VirtualMemory;
import java.lang.foreign.MemorySegment;

/**
 * What is known of the kernel in memory when a file is compared with it. Immutable.
 *
 * @param memory its address space
 * @param symbols those it carries; may be few, or none
 * @param banner its version string
 * @param image bytes of its image
 * @param imageAddress virtual address of the first of them
 * @param rootSymbol name of its root page table
 */
public record LoadedKernel(
        VirtualMemory memory,
        SymbolTable symbols,
        String banner,
        MemorySegment image,
        long imageAddress,
        String rootSymbol) {
    boolean holds(long address) {
        return Long.compareUnsigned(address - imageAddress, image.byteSize()) < 0;
    }
}
