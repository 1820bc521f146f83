package io.memflow.formats.elf.process;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MemoryRegion;
import io.memflow.formats.elf.image.ElfImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Images among the regions of a process: where a file is mapped from its beginning and an ELF header stands there, or, where
 * that page is not in memory, where code of the same file follows. Stateless.
 */
final class RegionImages {
    private static final String VDSO = "[vdso]";

    private RegionImages() {}

    /**
     * One image.
     *
     * @param base its first virtual address
     * @param size bytes it takes
     * @param region the region that begins with it
     * @param image null when its headers are not in memory
     * @param why why they are not
     */
    record MappedImage(
            long base,
            long size,
            MemoryRegion region,
            @Nullable ElfImage image,
            String why) {
        boolean holds(long address) {
            return Long.compareUnsigned(address - base, size) < 0;
        }

        /**
         * Whether a region is a piece of it: a file whose first segments share a page has that page mapped more than once.
         * What lies between its segments may be of others.
         */
        boolean isOf(MemoryRegion other) {
            return holds(other.start())
                    && other.inode() == region.inode()
                    && String.valueOf(region.file()).equals(other.file());
        }

        /** The file it was loaded from; null for what the kernel itself maps. */
        @Nullable
        String path() {
            return VDSO.equals(region.file()) ? null : region.file();
        }

        String name() {
            String file = region.file();
            return file == null ? Address.format(base) : file.substring(file.lastIndexOf('/') + 1);
        }
    }

    /** All images, ascending. */
    static List<MappedImage> find(MemoryView memory, List<MemoryRegion> regions) {
        List<MappedImage> images = new ArrayList<>();
        for (int i = 0; i < regions.size(); i++) {
            MemoryRegion region = regions.get(i);
            if (isBeginning(region) && images.stream().noneMatch(image -> image.isOf(region))) {
                MappedImage image = open(memory, regions, i);
                if (image != null) {
                    images.add(image);
                }
            }
        }
        return images;
    }

    private static boolean isBeginning(MemoryRegion region) {
        String file = region.file();
        boolean ofFile = file != null && !file.startsWith("[");
        return region.fileOffset() == 0 && (ofFile || VDSO.equals(file));
    }

    private static @Nullable MappedImage open(MemoryView memory, List<MemoryRegion> regions, int index) {
        MemoryRegion first = regions.get(index);
        try {
            ElfImage image = ElfImage.open(memory, first.start());
            return new MappedImage(image.base(), image.size(), first, image, "");
        } catch (MemflowException noHeader) {
            if (noHeader.kind() == ErrorKind.MALFORMED) {
                return null;
            }
            return withoutHeader(regions, index, String.valueOf(noHeader.getMessage()));
        }
    }

    /** The regions of one file that follow with ascending offsets, if the processor may run one of them. */
    private static @Nullable MappedImage withoutHeader(List<MemoryRegion> regions, int index, String why) {
        MemoryRegion first = regions.get(index);
        boolean runs = isRunnable(first);
        long end = first.end();
        for (MemoryRegion next : regions.subList(index + 1, regions.size())) {
            boolean same = String.valueOf(first.file()).equals(next.file())
                    && first.inode() == next.inode()
                    && next.fileOffset() != 0;
            if (!same && next.file() != null) {
                break;
            }
            if (same) {
                runs |= isRunnable(next);
                end = next.end();
            }
        }
        return runs ? new MappedImage(first.start(), end - first.start(), first, null, why) : null;
    }

    private static boolean isRunnable(MemoryRegion region) {
        return region.permissions().indexOf('x') >= 0;
    }
}
