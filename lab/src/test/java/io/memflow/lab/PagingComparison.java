package io.memflow.lab;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.Gap;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PageContent;
import io.memflow.core.memory.PageSource;
import io.memflow.core.memory.PartialRead;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.PageRow;
import io.memflow.core.os.TargetProcess;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Compares where pages are, and what stands in them, with what the guest said of them. Confined. */
final class PagingComparison {
    private static final int TEXT_BYTES = 64;
    private static final int PATTERN = 1_000_000;
    /** A page of shared memory has no entry in {@code pagemap} that says that it was swapped out. */
    private static final String SHARED_SWAPPED = "shared-swapped";

    /** Pages of the region "shared" that were written. */
    private static final int SHARED_USED = 8;

    private static final String FORBIDDEN = "forbidden";
    /** Regions on disks in memory. */
    private static final String PACKED = "zram-";

    private static final String SHARED_PACKED = "shared-zram";

    private final PagingTruth truth;
    private final LinuxComparison.Symbols symbols;
    private final Packed packed;
    private final List<String> differences = new ArrayList<>();
    private final Map<String, Integer> compared = new TreeMap<>();
    private final Map<String, Long> swapped = new TreeMap<>();

    /** Whether the kernel tells enough of zram that its pages can be read. */
    enum Packed {
        READABLE,
        NAMED_AS_MISSING
    }

    private PagingComparison(PagingTruth truth, LinuxComparison.Symbols symbols, Packed packed) {
        this.truth = truth;
        this.symbols = symbols;
        this.packed = packed;
    }

    /** Differences, and how many pages of which kind were compared. */
    record Result(List<String> differences, Map<String, Integer> compared) {}

    /** @param symbols whether the kernel names the variables that its swap devices are found by */
    static Result compare(OperatingSystem system, PagingTruth truth, LinuxComparison.Symbols symbols, Packed packed) {
        TargetProcess process = system.process(1).orElseThrow();
        PagingComparison comparison = new PagingComparison(truth, symbols, packed);
        MemoryView memory = process.memory();
        for (PagingTruth.Page page : truth.pages()) {
            List<PageRow> rows = process.pages(new AddressRange(page.address(), truth.pageBytes()))
                    .rows();
            if (rows.size() == 1) {
                comparison.page(page, rows.getFirst().run().content(), memory);
            } else {
                comparison.differ(page, rows.size() + " runs");
            }
        }
        comparison.counts();
        return new Result(comparison.differences, comparison.compared);
    }

    private void page(PagingTruth.Page page, PageContent content, MemoryView memory) {
        PartialRead read = memory.readPartial(page.address(), truth.pageBytes());
        switch (content) {
            case PageContent.InMemory found -> {
                compared.merge(page.name() + " " + found.source().text(), 1, Integer::sum);
                place(page, found);
                if (read.isWhole()) {
                    bytes(page, read.bytes());
                } else {
                    differ(page, "found but not read: " + read.gaps());
                }
            }
            case PageContent.Packed kept -> {
                compared.merge(page.name() + " " + kept.source().text(), 1, Integer::sum);
                packed(page, kept);
                if (read.isWhole()) {
                    bytes(page, read.bytes());
                } else {
                    differ(page, "kept but not read: " + read.gaps());
                }
            }
            case PageContent.Missing missing -> {
                compared.merge(page.name() + " " + missing.cause().text(), 1, Integer::sum);
                cause(page, missing);
                AddressRange all = new AddressRange(page.address(), truth.pageBytes());
                if (!read.gaps().equals(List.of(new Gap(all, missing.cause())))) {
                    differ(page, "missing for " + missing.cause() + ", but its gaps are " + read.gaps());
                }
            }
        }
    }

    private void place(PagingTruth.Page page, PageContent.InMemory found) {
        boolean forbidden = page.name().equals(FORBIDDEN);
        PageSource expected = PageSource.PAGE_CACHE;
        if (page.isPresent()) {
            expected = forbidden ? PageSource.PROTECTED : PageSource.PAGE_TABLE;
        } else if (page.isSwapped()) {
            expected = PageSource.SWAP_CACHE;
            swapped.merge(page.name(), (long) truth.pageBytes(), Long::sum);
        }
        boolean either = page.name().startsWith("shared") && found.source() == PageSource.SWAP_CACHE;
        if (found.source() != expected && !either) {
            differ(page, "found as " + found.source() + " instead of " + expected);
        }
        if (page.isPresent() && found.physical() != page.frame() * truth.pageBytes()) {
            differ(page, "at 0x%x instead of frame 0x%x".formatted(found.physical(), page.frame()));
        }
        if (!page.inCore() && !forbidden) {
            differ(page, "found as " + found.source() + ", but the guest says that it is not in memory");
        }
    }

    private static boolean isPacked(PagingTruth.Page page) {
        return page.name().startsWith(PACKED) || page.name().equals(SHARED_PACKED);
    }

    private void packed(PagingTruth.Page page, PageContent.Packed kept) {
        swapped.merge(page.name(), (long) truth.pageBytes(), Long::sum);
        boolean shared = page.name().equals(SHARED_PACKED);
        boolean zeroes = kept.source() == PageSource.SWAPPED_ZEROES;
        String place = shared ? "[0-9]+ at page [0-9]+" : page.device() + " at page " + page.offset();
        String algorithm = shared ? "[a-z0-9-]+" : Pattern.quote(page.name().substring(PACKED.length()));
        String form = zeroes ? "noted as zeros" : PackedPage.of(page).form(algorithm);
        String expected = "swap device %s \\(/dev/zram[0-9]\\), .*%s".formatted(place, form);
        if (!kept.where().matches(expected)) {
            differ(page, kept.where() + " instead of " + expected);
        }
        if (!isPacked(page) || page.inCore() || !(page.isSwapped() || shared)) {
            differ(page, "kept as " + kept + ", which the guest has not swapped out to zram");
        }
        if (zeroes && PackedPage.of(page) != PackedPage.ZEROES) {
            differ(page, "it is said to be zeros");
        }
    }

    private void cause(PagingTruth.Page page, PageContent.Missing missing) {
        if (isPacked(page) && packed == Packed.READABLE) {
            differ(page, "missing for " + missing);
            return;
        }
        boolean used = page.isSwapped()
                || page.name().equals(SHARED_PACKED)
                || (page.name().equals("shared") && page.number() < SHARED_USED);
        Fault expected = switch (used ? SHARED_SWAPPED : page.name()) {
            case SHARED_SWAPPED -> Fault.SWAPPED_OUT;
            case "blocks", "short" -> Fault.FILE_PAGE_ABSENT;
            case "guarded" -> Fault.GUARD_PAGE;
            default -> Fault.NEVER_TOUCHED;
        };
        if (missing.cause() != expected) {
            differ(page, "missing for " + missing + " instead of " + expected);
        }
        boolean devicesKnown = symbols == LinuxComparison.Symbols.ALL;
        String place =
                "swap device %d at page %d%s".formatted(page.device(), page.offset(), devicesKnown ? " (/" : ";");
        if (page.isSwapped() && expected == Fault.SWAPPED_OUT) {
            swapped.merge(page.name(), (long) truth.pageBytes(), Long::sum);
            if (!missing.why().startsWith(place)) {
                differ(page, missing.why() + " instead of " + place);
            }
        }
        boolean perhapsCached = missing.cause() == Fault.SWAPPED_OUT && !devicesKnown;
        if ((page.inCore() && !perhapsCached) || page.isPresent()) {
            differ(page, "missing for " + missing + ", but the guest says that it is in memory");
        }
    }

    private void bytes(PagingTruth.Page page, MemorySegment bytes) {
        PackedPage kind = isPacked(page) ? PackedPage.of(page) : PackedPage.AS_ELSEWHERE;
        if (kind != PackedPage.AS_ELSEWHERE) {
            long differs = bytes.mismatch(kind.bytes(page, truth.pageBytes()));
            if (differs != -1) {
                differ(page, "another byte at " + differs);
            }
            return;
        }
        String name = page.name().equals("file") && page.number() == 5 ? "copied" : page.name();
        String text = name + " page " + page.number();
        if (!bytes.getString(0).equals(text)) {
            differ(page, "it holds \"" + bytes.getString(0) + "\"");
            return;
        }
        boolean cut = page.name().equals("short") && page.number() == 2;
        for (int at = TEXT_BYTES; at < truth.pageBytes() && !cut; at += Long.BYTES) {
            if (bytes.get(ScalarLayout.LONG_LITTLE, at) != page.number() * PATTERN + at / Long.BYTES) {
                differ(page, "another word at " + at);
                return;
            }
        }
    }

    /** What {@code smaps} counts as swapped is swapped out, and perhaps cached as well. */
    private void counts() {
        truth.swapped().forEach((name, kib) -> {
            long found = swapped.getOrDefault(name, 0L) >> 10;
            if (found != kib && !name.startsWith("shared")) {
                differences.add("%s: %d KiB swapped instead of %d".formatted(name, found, kib));
            }
        });
    }

    private void differ(PagingTruth.Page page, String how) {
        differences.add("%s page %d at 0x%x: %s".formatted(page.name(), page.number(), page.address(), how));
    }
}
