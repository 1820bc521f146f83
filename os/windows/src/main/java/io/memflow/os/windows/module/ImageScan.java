package io.memflow.os.windows.module;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.translate.MappingSink;
import io.memflow.core.translate.PageTableWalk;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.translate.WalkEnd;
import io.memflow.formats.pe.PdbReference;
import io.memflow.formats.pe.PeImage;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.List;

/** Looks for images at the beginning of all pages that the kernel's tables map. Confined. */
final class ImageScan {
    private static final int MZ = 0x5A4D;
    private static final int PAGE_BYTES = 4096;
    /** More than any kernel has loaded; copies of files in its cache look like images too. */
    private static final int MOST_IMAGES = 4096;
    /** Subsystem of drivers and kernels ({@code IMAGE_SUBSYSTEM_NATIVE}, PE Format). */
    private static final int NATIVE = 1;

    private final WindowsKernel kernel;
    private final VirtualMemory memory;
    private final List<ModuleInfo> found = new ArrayList<>();

    ImageScan(WindowsKernel kernel) {
        this.kernel = kernel;
        memory = kernel.memory();
    }

    /** @param missing receives that not all was looked at */
    List<ModuleInfo> find(List<MissingPart> missing) {
        long last = kernel.pointerBytes() == Integer.BYTES ? 0xFFFF_FFFFL : -1L;
        WalkEnd end = memory.walk(kernel.architecture().kernelStart(), last, PageTableWalk.Holes.SKIP, new Sink());
        if (found.size() >= MOST_IMAGES) {
            missing.add(new MissingPart("images in kernel memory", "the search ended early: " + end));
        }
        return found;
    }

    private final class Sink implements MappingSink {
        @Override
        public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
            for (long done = 0; done < length && found.size() < MOST_IMAGES; done += PAGE_BYTES) {
                if (isImage(physical + done)) {
                    add(virtual + done);
                }
            }
            return found.size() < MOST_IMAGES;
        }

        @Override
        public boolean missing(long virtual, long length, Fault cause, int level) {
            return true;
        }
    }

    private boolean isImage(long physical) {
        try {
            return memory.physical().readUnsigned(physical, Short.BYTES) == MZ;
        } catch (MemflowException unreadable) {
            return false;
        }
    }

    private void add(long base) {
        try {
            PeImage image = PeImage.open(memory, base);
            if (image.header().subsystem() == NATIVE) {
                FieldReader fields = new FieldReader();
                String name = fields.readOr("name", "image", () -> name(image));
                found.add(new ModuleInfo(
                        base, name, base, image.size(), fields.provenance(ModuleSource.IMAGE_SCAN.label())));
            }
        } catch (MemflowException noImage) {
            // Two bytes do not make an image.
            return;
        }
    }

    private static String name(PeImage image) {
        return image.ownName().or(() -> image.pdb().map(PdbReference::name)).orElse("image");
    }
}
