package io.memflow.os.linux.zram;

import io.memflow.os.linux.structure.AddressFacts;
import java.util.ArrayList;
import java.util.List;

/**
 * How zsmalloc writes where an object is: the frame it begins in above its number in its chain of pages ({@code
 * location_to_obj()}, mm/zsmalloc.c). Immutable.
 *
 * @param tagBits {@code OBJ_TAG_BITS}, which up to 6.8 stand below
 * @param indexBits {@code OBJ_INDEX_BITS}
 */
record ObjectLocation(int tagBits, int indexBits) {
    /**
     * All ways that a kernel may have. The bits of a frame are those of {@code MAX_POSSIBLE_PHYSMEM_BITS}, which the
     * configuration decides: on x86-64 52, or 46 without CONFIG_X86_5LEVEL (arch/x86/include/asm/pgtable_64_types.h,
     * sparsemem.h); on arm64 CONFIG_ARM64_PA_BITS; on riscv64 56; on i386 36 with PAE.
     */
    static List<ObjectLocation> candidates(AddressFacts facts) {
        int[] physicalBits = switch (facts.architecture()) {
            case "x86-64" -> new int[] {52, 46};
            case "arm64" -> new int[] {48, 52};
            case "riscv64" -> new int[] {56};
            default -> new int[] {36, 32};
        };
        int pageShift = Long.numberOfTrailingZeros(facts.pageBytes());
        int wordBits = facts.pointerBytes() * Byte.SIZE;
        List<ObjectLocation> candidates = new ArrayList<>();
        for (int bits : physicalBits) {
            for (int tags = 0; tags <= 1; tags++) {
                candidates.add(new ObjectLocation(tags, wordBits - (bits - pageShift) - tags));
            }
        }
        return candidates;
    }

    long frame(long place) {
        return place >>> tagBits >>> indexBits;
    }

    long index(long place) {
        return place >>> tagBits & ((1L << indexBits) - 1);
    }
}
