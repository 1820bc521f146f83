package io.memflow.os.linux.discovery;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.PagingLevel;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.os.linux.discovery.MemorySurvey.Banner;
import io.memflow.os.linux.structure.AddressFacts;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds root page tables of kernels whose version banner lies in memory, on every architecture of {@link TableFamily}: by
 * tracing the banner up to the roots that map it, and by counting the pointers in the image so mapped that lead into
 * itself. Banners in files, in freed memory or in a guest's RAM are mapped at most where no pointer leads. Confined.
 */
final class TracedRoots {
    /** A kernel's tables of functions, strings and links alone hold tens of thousands. */
    private static final int FEWEST_SELF_POINTERS = 4096;
    /** Pointers are counted this far around the banner: what lies further away may be memory of another use. */
    private static final long VICINITY = 8 << 20;
    /** Places that one root maps a banner to: with the image, and with all of memory. Other pages have many or none. */
    private static final int MOST_PLACES = 8;

    private static final int PAGE = 4096;
    /** One page of so many is looked at first. */
    private static final int SPARSE = 8;
    /** Those may have so many times fewer pointers than the others. */
    private static final int MOST_UNEVEN = 8;
    /** Words of a page. */
    private static final int WORDS = PAGE / Long.BYTES;
    /** Distances from the banner that belong to any kernel image. */
    private static final long[] PROBES = {0, -0x4_0000, -0x1_0000, 0x1_0000, 0x4_0000};

    private final PhysicalMemory memory;
    private final MemorySurvey survey;
    private final Map<KernelImage, Integer> selfPointers = new HashMap<>();

    private TracedRoots(PhysicalMemory memory, MemorySurvey survey) {
        this.memory = memory;
        this.survey = survey;
    }

    /**
     * A kernel's root page table, and what it was found by.
     *
     * @param pointers words around its banner that point to there
     */
    record Traced(RootCandidate candidate, AddressFacts facts, Banner banner, int pointers) {}

    /** Roots, the most likely one of each kernel image first, images with more pointers into themselves before others. */
    static List<Traced> find(PhysicalMemory memory, MemorySurvey survey) {
        return new TracedRoots(memory, survey).run();
    }

    private List<Traced> run() {
        List<Traced> all = new ArrayList<>();
        for (Banner banner : survey.banners()) {
            // A kernel has its banner more than once.
            if (all.stream().anyMatch(known -> known.candidate.image().containsPhysical(banner.physical()))) {
                continue;
            }
            for (TableFamily family : TableFamily.ALL) {
                addRoots(family, banner, all);
                // Entries of another family cannot lead from this image to a root inside it too.
                if (all.stream().anyMatch(found -> found.banner.equals(banner) && found.candidate.liesInsideImage())) {
                    break;
                }
            }
        }
        all.sort(Comparator.comparingInt((Traced found) -> -found.pointers)
                .thenComparing(found -> !found.candidate.liesInsideImage())
                // Below a root lie tables that look like roots of fewer levels.
                .thenComparingInt(found -> -found.candidate.format().levels().size())
                .thenComparing(found -> found.candidate.userEntries() != 0)
                .thenComparingInt(found -> -found.candidate.kernelEntries())
                .thenComparing(found -> found.candidate.root(), Long::compareUnsigned));
        return all;
    }

    private void addRoots(TableFamily family, Banner banner, List<Traced> all) {
        Map<Long, KernelImage> images = new HashMap<>();
        RootTrace.of(memory, survey, family, banner.physical()).stream()
                .collect(Collectors.groupingBy(found -> new Root(found.setup(), found.root())))
                .values()
                .stream()
                .filter(places -> places.size() <= MOST_PLACES)
                .flatMap(List::stream)
                .forEach(found -> addRoot(found, banner, images, all));
    }

    /** What a page is taken for. */
    private record Root(TableFamily.Setup setup, long root) {}

    private void addRoot(RootTrace.Found found, Banner banner, Map<Long, KernelImage> images, List<Traced> all) {
        PagingFormat format = found.setup().format();
        PageTableWalker walker = new PageTableWalker(memory, format);
        if (!mapsAround(walker, found, banner.physical())) {
            return;
        }
        KernelImage image = images.computeIfAbsent(
                found.virtual(), virtual -> KernelImage.around(walker, found.root(), virtual, banner.physical()));
        int pointers = pointers(image.vicinity(banner.physical(), VICINITY), format.pointerBytes());
        if (pointers >= FEWEST_SELF_POINTERS) {
            all.add(new Traced(candidate(found, image), found.setup().facts(), banner, pointers));
        }
    }

    /** Whether a root maps the banner and what lies before and behind it in one piece, as it does with an image. */
    private static boolean mapsAround(PageTableWalker walker, RootTrace.Found found, long physical) {
        for (long distance : PROBES) {
            if (!KernelImage.maps(walker, found.root(), found.virtual() + distance, physical + distance)) {
                return false;
            }
        }
        return true;
    }

    private RootCandidate candidate(RootTrace.Found found, KernelImage image) {
        PagingFormat format = found.setup().format();
        PagingLevel top = format.levels().getFirst();
        int entries = 1 << (format.virtualBits() - top.shift());
        int userEnd = switch (format.canonicalForm()) {
            case ONES -> 0;
            case SIGN_EXTENDED -> entries / 2;
            // PAGE_OFFSET: the image is part of the linear map of all memory, which begins with physical address 0.
            case ZEROS -> (int) ((image.virtualBase() - image.physicalBase()) >>> top.shift());
        };
        int user = 0;
        int kernel = 0;
        MemorySegment table = MemorySegment.ofArray(new byte[entries * format.entryBytes()]);
        if (memory.tryRead(found.root(), table) == Fault.NONE) {
            for (int i = 0; i < entries; i++) {
                int present = table.get(ScalarLayout.INT_LITTLE, (long) i * format.entryBytes()) & 1;
                user += i < userEnd ? present : 0;
                kernel += i < userEnd ? 0 : present;
            }
        }
        // Odd entries are not looked for: a page that leads to a root by chance is told from it by the symbols alone.
        return new RootCandidate(found.root(), format, image, kernel, user, 0);
    }

    /** How many words of a part of an image are addresses of that part. */
    private int pointers(KernelImage image, int pointerBytes) {
        return selfPointers.computeIfAbsent(image, fresh -> {
            MemorySegment bytes = ImageBytes.of(memory, fresh).segment();
            // Most of what is asked for is no image: a few of its pages show that.
            int few = pointers(bytes, fresh, pointerBytes, SPARSE * PAGE);
            return few * SPARSE * MOST_UNEVEN < FEWEST_SELF_POINTERS ? few : pointers(bytes, fresh, pointerBytes, PAGE);
        });
    }

    private static int pointers(MemorySegment bytes, KernelImage image, int pointerBytes, int step) {
        long[] words = new long[WORDS];
        int count = 0;
        for (long at = 0; at + PAGE <= bytes.byteSize(); at += step) {
            MemorySegment.copy(bytes, ScalarLayout.LONG_LITTLE, at, words, 0, words.length);
            count += pointerBytes == Long.BYTES
                    ? inside(words, image.virtualBase(), image.size())
                    : halvesInside(words, image.virtualBase(), image.size());
        }
        return count;
    }

    private static int inside(long[] words, long base, long size) {
        int count = 0;
        for (long word : words) {
            count += Long.compareUnsigned(word - base, size) < 0 ? 1 : 0;
        }
        return count;
    }

    private static int halvesInside(long[] words, long base, long size) {
        int count = 0;
        for (long word : words) {
            count += Long.compareUnsigned((word & 0xFFFF_FFFFL) - base, size) < 0 ? 1 : 0;
            count += Long.compareUnsigned((word >>> Integer.SIZE) - base, size) < 0 ? 1 : 0;
        }
        return count;
    }
}
