package io.memflow.os.linux.scan;

import io.memflow.core.memory.PhysicalScan;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import java.lang.foreign.MemorySegment;

/**
 * Looks through all physical memory for structures that hold a pointer to themselves: nothing has to lead to them. What is
 * found may be a remainder of one that was freed. Stateless.
 */
public final class SelfPointers {
    private static final long PAGE_BYTES = 4096;

    private SelfPointers() {}

    /** Receives structures in ascending order of their physical addresses. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Takes one structure.
         *
         * @param structure its virtual address
         * @param distance how far its pointer's virtual address is from the physical one
         */
        void found(long structure, long distance);
    }

    /**
     * Visits all places that are mapped where they point to.
     *
     * @param memory the kernel's address space
     * @param offset of the pointer in the structure, in bytes
     * @param alignment of the structures: a power of two, at most a page
     */
    public static void visit(VirtualMemory memory, long offset, long alignment, Visitor visitor) {
        int word = memory.properties().pointerBytes();
        Translation translation = new Translation();
        PhysicalScan.pages(memory.physical(), (physical, chunk) -> {
            for (long at = offset % alignment; at + word <= chunk.byteSize(); at += alignment) {
                long structure = pointer(chunk, at, word);
                long field = structure + offset;
                // Most words are no pointers, or point elsewhere in their page.
                if (structure != 0
                        && (field - at) % PAGE_BYTES == 0
                        && memory.translate(field, translation)
                        && translation.physical() == physical + at) {
                    visitor.found(structure, field - translation.physical());
                }
            }
        });
    }

    /** The pointer at an offset in a chunk. */
    public static long pointer(MemorySegment chunk, long at, int word) {
        return word == Long.BYTES
                ? chunk.get(ScalarLayout.LONG_LITTLE, at)
                : chunk.get(ScalarLayout.INT_LITTLE, at) & 0xFFFF_FFFFL;
    }
}
