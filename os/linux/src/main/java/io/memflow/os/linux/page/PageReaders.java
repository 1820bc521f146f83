package io.memflow.os.linux.page;

import io.memflow.core.error.MemflowException;
import io.memflow.core.structure.WhenKnown;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.linux.file.PathReader;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What reads the structures of one kernel that pages are found by. Thread-safe. */
public final class PageReaders {
    /** Witnesses that are asked for before {@link PageFrames} are agreed on. */
    private static final int WITNESSES = 64;

    private final Kernel kernel;
    private final WhenKnown<EntryDecoder> decoder;
    private final WhenKnown<RegionTable.Reader> regions;
    private final WhenKnown<Folios> folios;
    private final WhenKnown<FilePages> files;
    private final WhenKnown<SwapDevices> devices;
    private final WhenKnown<SwapCache> swapCache;
    private final WhenKnown<KeptPages> kept;
    private final WhenKnown<PathReader> paths;
    private volatile @Nullable PageFrames frames;

    public PageReaders(Kernel kernel, WhenKnown<PathReader> paths) {
        this.kernel = kernel;
        this.paths = paths;
        decoder = new WhenKnown<>(() -> EntryDecoder.of(kernel));
        regions = new WhenKnown<>(() -> new RegionTable.Reader(kernel));
        folios = new WhenKnown<>(() -> new Folios(kernel));
        files = new WhenKnown<>(() -> new FilePages(kernel, folios.get()));
        devices = new WhenKnown<>(() -> new SwapDevices(kernel, this::name));
        swapCache = new WhenKnown<>(() -> SwapCache.of(kernel, folios.get()));
        kept = new WhenKnown<>(() -> new KeptPages(kernel, swapCache.get()));
    }

    Kernel kernel() {
        return kernel;
    }

    EntryDecoder decoder() {
        return decoder.get();
    }

    RegionTable regions(long mm) {
        return regions.get().read(mm);
    }

    FilePages files() {
        return files.get();
    }

    SwapDevices devices() {
        return devices.get();
    }

    SwapCache swapCache() {
        return swapCache.get();
    }

    KeptPages kept() {
        return kept.get();
    }

    Folios folios() {
        return folios.get();
    }

    /** What a file is called, as far as it can be read. */
    Optional<String> name(long file) {
        try {
            return Optional.ofNullable(paths.get().path(file));
        } catch (MemflowException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Where {@code struct page}s lie: at {@code vmemmap_base} where the kernel has that variable (x86-64), else where the
     * mapped pages of a process' files say.
     *
     * @param table regions of a process
     * @param space its address space
     */
    Optional<PageFrames> frames(RegionTable table, VirtualMemory space) {
        PageFrames known = frames;
        if (known == null) {
            int pageShift = Long.numberOfTrailingZeros(kernel.facts().pageBytes());
            OptionalLong base = kernel.find("vmemmap_base");
            long pageBytes = folios().pageBytes();
            known = base.isPresent()
                    ? new PageFrames(kernel.memory().readPointer(base.getAsLong()), pageBytes, pageShift)
                    : PageFrames.agreed(witnesses(table, space), pageBytes, pageShift)
                            .orElse(null);
            frames = known;
        }
        return Optional.ofNullable(known);
    }

    private List<PageFrames.Witness> witnesses(RegionTable table, VirtualMemory space) {
        List<PageFrames.Witness> witnesses = new ArrayList<>();
        Translation translation = new Translation();
        long pageBytes = kernel.facts().pageBytes();
        for (RegionTable.Region region : table.all()) {
            long after = Long.compareUnsigned(region.end(), region.start() + WITNESSES * pageBytes) < 0
                    ? region.end()
                    : region.start() + WITNESSES * pageBytes;
            for (long at = region.start(); region.file() != 0 && at != after; at += pageBytes) {
                if (witnesses.size() == WITNESSES) {
                    return witnesses;
                }
                if (space.translate(at, translation)) {
                    witness(region, at, translation.physical(), witnesses);
                }
            }
        }
        return witnesses;
    }

    private void witness(RegionTable.Region region, long at, long physical, List<PageFrames.Witness> witnesses) {
        try {
            long index =
                    region.firstPage() + (at - region.start()) / kernel.facts().pageBytes();
            if (files().find(region.file(), index) instanceof FilePages.Place.Cached cached) {
                witnesses.add(new PageFrames.Witness(cached.page(), physical));
            }
        } catch (MemflowException unreadable) {
            // One page less that speaks for the array; the others have to agree without it.
            return;
        }
    }
}
