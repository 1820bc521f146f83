package io.memflow.os.linux.discovery;

import io.memflow.core.memory.Fault;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.Translation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the kernel image lies.
 *
 * @param virtualBase virtual address of its first mapped byte
 * @param physicalBase physical address of that byte
 * @param size bytes from there to the end of the last mapped page
 */
record KernelImage(long virtualBase, long physicalBase, long size) {
    /** {@code __START_KERNEL_map}, arch/x86/include/asm/page_64_types.h: the image lies in the 1 GiB from here. */
    static final long REGION_START = 0xFFFF_FFFF_8000_0000L;

    /** {@code MODULES_VADDR} with KASLR: where that region ends. */
    static final long REGION_END = 0xFFFF_FFFF_C000_0000L;

    boolean containsPhysical(long physical) {
        return Long.compareUnsigned(physical - physicalBase, size) < 0;
    }

    /** The image that page tables below a root map, if they map one. */
    static Optional<KernelImage> mappedBy(PageTableWalker walker, long root) {
        // The image is one piece in both spaces: most mapped bytes share one distance between the two.
        Map<Long, Span> spans = new HashMap<>();
        Translation translation = new Translation();
        long virtual = REGION_START;
        while (Long.compareUnsigned(virtual, REGION_END) < 0) {
            boolean mapped = walker.translate(root, virtual, translation);
            if (translation.fault() == Fault.NOT_CANONICAL) {
                return Optional.empty();
            }
            long next = (virtual & -translation.pageSize()) + translation.pageSize();
            if (mapped) {
                spans.computeIfAbsent(virtual - translation.physical(), distance -> new Span())
                        .add(virtual, next);
            }
            virtual = next;
        }
        @Nullable Span largest = null;
        long distance = 0;
        for (Map.Entry<Long, Span> entry : spans.entrySet()) {
            if (largest == null || entry.getValue().mappedBytes > largest.mappedBytes) {
                largest = entry.getValue();
                distance = entry.getKey();
            }
        }
        return largest == null
                ? Optional.empty()
                : Optional.of(new KernelImage(largest.start, largest.start - distance, largest.end - largest.start));
    }

    private static final class Span {
        long start;
        long end;
        long mappedBytes;

        void add(long from, long to) {
            if (mappedBytes == 0) {
                start = from;
            }
            end = to;
            mappedBytes += to - from;
        }
    }
}
