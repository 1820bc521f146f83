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

    /** Code lies before the banner, which is in the read-only data: no kernel has more than this of it. */
    private static final long MOST_BEFORE_BANNER = 64 << 20;
    /** Data, initialisation code and zeroed data lie behind it. Where the image is part of a larger mapping, this ends it. */
    private static final long MOST_BEHIND_BANNER = 128 << 20;
    /** The code and data that are freed after boot and unmapped. */
    private static final long LARGEST_HOLE = 32 << 20;

    boolean containsPhysical(long physical) {
        return Long.compareUnsigned(physical - physicalBase, size) < 0;
    }

    boolean containsVirtual(long virtual) {
        return Long.compareUnsigned(virtual - virtualBase, size) < 0;
    }

    /** Whether two images share physical memory. */
    boolean overlaps(KernelImage other) {
        return containsPhysical(other.physicalBase) || other.containsPhysical(physicalBase);
    }

    /** The part of this image from a virtual address in it on. */
    KernelImage from(long virtual) {
        long skipped = virtual - virtualBase;
        return new KernelImage(virtual, physicalBase + skipped, size - skipped);
    }

    /** The part of this image that is at most so many bytes away from a physical address in it. */
    KernelImage vicinity(long physical, long bytes) {
        long start = Math.max(0, physical - physicalBase - bytes) & -Long.BYTES;
        long end = Math.min(size, physical - physicalBase + bytes);
        return new KernelImage(virtualBase + start, physicalBase + start, end - start);
    }

    /** Whether a root maps a virtual to a physical address. */
    static boolean maps(PageTableWalker walker, long root, long virtual, long physical) {
        Translation translation = new Translation();
        return walker.translate(root, virtual, translation) && translation.physical() == physical;
    }

    /**
     * The image around one of its bytes: all that is mapped at the same distance, up to where other mappings or larger
     * holes than freed initialisation code begin.
     */
    static KernelImage around(PageTableWalker walker, long root, long virtual, long physical) {
        long page = -walker.format().pageSize();
        long start = edge(walker, root, virtual & page, physical & page, page);
        long end = edge(walker, root, virtual & page, physical & page, -page) - page;
        return new KernelImage(start, physical - (virtual - start), end - start);
    }

    /** The last page in one direction that is mapped at the same distance as the page at {@code virtual}. */
    private static long edge(PageTableWalker walker, long root, long virtual, long physical, long step) {
        Translation translation = new Translation();
        long furthest = virtual;
        long limit = step < 0 ? MOST_BEFORE_BANNER : MOST_BEHIND_BANNER;
        for (long offset = step; Math.abs(offset) <= limit; offset += step) {
            long at = virtual + offset;
            boolean mapped = walker.translate(root, at, translation);
            if (mapped && translation.physical() == physical + offset) {
                furthest = at;
            } else if (mapped || Math.abs(at - furthest) > LARGEST_HOLE) {
                break;
            }
        }
        return furthest;
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
