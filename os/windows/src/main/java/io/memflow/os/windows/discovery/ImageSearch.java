package io.memflow.os.windows.discovery;

import io.memflow.core.error.MemflowException;
import io.memflow.core.translate.PageTableWalk;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.pe.PeImage;
import io.memflow.os.windows.structure.WindowsArchitecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the kernel's image in an address space: where one of the pages that look like a kernel's first one is mapped, or
 * by a hint. Confined.
 */
final class ImageSearch {
    /** The name all kernels give themselves in their export directory, whatever their file is called. */
    private static final String OWN_NAME = "ntoskrnl.exe";

    /** Kernels are loaded in the first of these halves of a top-level entry. */
    private static final long FIRST_64 = 0xFFFF_F800_0000_0000L;

    private static final long LAST_64 = 0xFFFF_F87F_FFFF_FFFFL;
    private static final long FIRST_32 = 0x8000_0000L;
    private static final long LAST_32 = 0xFFFF_FFFFL;

    /** Images are up to 16 MiB; the largest page they are in adds as much again. */
    private static final long FARTHEST_HINT = 32 << 20;

    private static final long PAGE_BYTES = 4096;
    private static final int DOS_SIGNATURE = 0x5A4D;

    private final long[] headers;

    /** @param headers physical addresses of pages that look like the first of a kernel, ascending */
    ImageSearch(long[] headers) {
        this.headers = headers;
        Arrays.sort(headers);
    }

    /** The kernel that an address space maps. */
    Optional<KernelImage> in(RootCandidate root, VirtualMemory memory) {
        boolean wide = root.architecture().pointerBytes() == Long.BYTES;
        List<Long> places = new ArrayList<>();
        memory.walk(
                wide ? FIRST_64 : FIRST_32,
                wide ? LAST_64 : LAST_32,
                PageTableWalk.Holes.SKIP,
                (virtual, physical, length, type, size) -> {
                    addPlaces(virtual, physical, length, places);
                    return places.size() < headers.length;
                });
        for (long place : places) {
            Optional<PeImage> image = kernelAt(memory, place, root.architecture());
            if (image.isPresent()) {
                return Optional.of(new KernelImage(
                        root, memory, image.get(), "its first page was found in memory and is mapped there"));
            }
        }
        return Optional.empty();
    }

    private void addPlaces(long virtual, long physical, long length, List<Long> places) {
        int first = Arrays.binarySearch(headers, physical);
        for (int i = first < 0 ? -first - 1 : first; i < headers.length; i++) {
            long inside = headers[i] - physical;
            if (inside < 0 || inside >= length) {
                return;
            }
            places.add(virtual + inside);
        }
    }

    /** The kernel around an address: the nearest first page of an image below it that is the kernel's. */
    static Optional<KernelImage> around(RootCandidate root, VirtualMemory memory, long hint, String origin) {
        for (long page = hint & -PAGE_BYTES; hint - page <= FARTHEST_HINT; page -= PAGE_BYTES) {
            if (startsImage(memory, page)) {
                Optional<PeImage> image = kernelAt(memory, page, root.architecture());
                if (image.isPresent()) {
                    return Optional.of(new KernelImage(root, memory, image.get(), origin));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean startsImage(VirtualMemory memory, long page) {
        try {
            return (memory.readShort(page) & 0xFFFF) == DOS_SIGNATURE;
        } catch (MemflowException unreadable) {
            return false;
        }
    }

    private static Optional<PeImage> kernelAt(VirtualMemory memory, long base, WindowsArchitecture architecture) {
        try {
            PeImage image = PeImage.open(memory, base);
            boolean named = image.ownName()
                    .map(name -> name.toLowerCase(Locale.ROOT).equals(OWN_NAME))
                    .orElse(false);
            return named && image.width().bytes() == architecture.pointerBytes()
                    ? Optional.of(image)
                    : Optional.empty();
        } catch (MemflowException noKernel) {
            return Optional.empty();
        }
    }
}
