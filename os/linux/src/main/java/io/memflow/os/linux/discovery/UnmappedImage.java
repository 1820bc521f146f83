package io.memflow.os.linux.discovery;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PhysicalScan;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds a kernel image on x86-64 that no page table leads to any more. Its data holds many empty lists, whose heads name
 * themselves twice ({@code LIST_HEAD_INIT}, include/linux/list.h): that tells the one distance between its virtual and its
 * physical addresses. Confined to one call.
 */
final class UnmappedImage {
    /** {@code CONFIG_PHYSICAL_ALIGN}: what KASLR moves the image by, in either space. */
    private static final long ALIGNMENT = 2L << 20;

    private static final int PAGE_BYTES = 4096;

    /** Code and constants lie before the first list, zeroed data behind the last one. */
    private static final long MARGIN = 64L << 20;
    /** A kernel has thousands; what is left of an earlier one has few. */
    private static final int FEWEST_LISTS = 200;

    private final Map<Long, Extent> distances = new HashMap<>();

    private final long[] words = new long[PAGE_BYTES / Long.BYTES];

    private UnmappedImage() {}

    private static final class Extent {
        private long first;
        private long last;
        private int lists;

        void add(long physical) {
            first = lists == 0 ? physical : first;
            last = physical;
            lists++;
        }
    }

    /** The image with the most lists, and what lies around it: where it begins and ends its symbols tell. */
    static Optional<KernelImage> find(PhysicalMemory memory) {
        UnmappedImage search = new UnmappedImage();
        PhysicalScan.pages(memory, search::collect);
        return search.distances.entrySet().stream()
                .filter(entry -> entry.getValue().lists >= FEWEST_LISTS)
                .max((one, other) -> Integer.compare(one.getValue().lists, other.getValue().lists))
                .map(entry ->
                        image(entry.getKey(), entry.getValue(), memory.map().end()));
    }

    private static KernelImage image(long distance, Extent lists, long memoryEnd) {
        long start = Math.max(lists.first - MARGIN & -ALIGNMENT, 0);
        long end = Math.min(lists.last + MARGIN, memoryEnd) & -ALIGNMENT;
        long lowest = KernelImage.REGION_START - distance;
        long highest = KernelImage.REGION_END - distance;
        start = Math.max(start, lowest);
        end = Math.min(end, highest);
        return new KernelImage(start + distance, start, end - start);
    }

    private void collect(long physical, MemorySegment chunk) {
        for (long at = 0; at < chunk.byteSize(); at += PAGE_BYTES) {
            MemorySegment.copy(chunk, ScalarLayout.LONG_LITTLE, at, words, 0, words.length);
            if (!PhysicalScan.isZero(words)) {
                look(physical + at);
            }
        }
    }

    private void look(long physical) {
        for (int i = 0; i + 1 < words.length; i++) {
            long next = words[i];
            long place = physical + (long) i * Long.BYTES;
            if (next >= KernelImage.REGION_START
                    && next < KernelImage.REGION_END
                    && next == words[i + 1]
                    && (next - place) % ALIGNMENT == 0) {
                distances.computeIfAbsent(next - place, _ -> new Extent()).add(place);
            }
        }
    }
}
