package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Gives a process a private region and a mapped file, and where wanted pages of them in all states. Confined. */
final class PagedRegions {
    private static final int PAGE = SyntheticRam.PAGE;
    private static final long PRIVATE_32 = 0xA00_0000L;
    private static final long MAPPED_32 = 0xB00_0000L;
    private static final long PRIVATE_TEN = 0x1C8_0400_0000L;
    private static final long MAPPED_TEN = 0x1C8_0800_0000L;
    private static final int PAGES = 16;
    /** Pages of a file that are in memory. */
    static final int KEPT = 2;

    /** More pages of the private region that leave the working set. */
    private static final int FURTHER = 4;

    private static final int FURTHER_COUNT = 4;
    /** Number of the page file; since 10 one behind those that a machine usually has. */
    private static final int PAGE_FILE = 1;

    private static final int STORE = 2;
    private static final long PAGE_FILE_PAGE = 0x1234;

    private final Machine machine;
    private final SyntheticSpace space;
    private final ProcessPlan plan;
    private final List<SyntheticPage> pages = new ArrayList<>();
    private final long ownStart;
    private final long mappedStart;

    PagedRegions(Machine machine, SyntheticSpace space, ProcessPlan plan) {
        this.machine = machine;
        this.space = space;
        this.plan = plan;
        boolean isHigh = machine.pointer() == Long.BYTES
                && machine.build() >= WindowsVersion.TEN
                && plan.kind() == ProcessPlan.Kind.NATIVE;
        ownStart = isHigh ? PRIVATE_TEN : PRIVATE_32;
        mappedStart = isHigh ? MAPPED_TEN : MAPPED_32;
    }

    List<SyntheticPage> pages() {
        return pages;
    }

    /** Adds both regions; the frames of the file are the same in all processes. */
    void add(List<RegionPlan> regions, MappedSections sections, List<Long> fileFrames, String file) {
        regions.add(RegionPlan.ofPrivate(ownStart, ownStart + (long) PAGES * PAGE, RegionPlan.READ_WRITE));
        RegionPlan mapped = new RegionPlan(
                mappedStart,
                mappedStart + (long) PAGES * PAGE,
                RegionPlan.READ,
                SyntheticRegion.Kind.MAPPED,
                file,
                fileFrames);
        regions.add(mapped);
        MappedSection section = sections.section(file, mappedStart, PAGES * PAGE, fileFrames, mapped.kind());
        space.map(mappedStart, fileFrames.getFirst(), PageAccess.USER_READ);
        SoftwareEntries entries = new SoftwareEntries(
                machine.build(),
                machine.tables().entryBytes(),
                machine.pointer(),
                machine.places().paged(),
                machine.options().invalidMask);
        fill(0, 2);
        fill(FURTHER, FURTHER_COUNT);
        if (machine.options().pageStates == PageStates.MIXED) {
            ownPages(entries);
            mappedPages(entries, section, fileFrames);
        }
    }

    private void fill(int first, int count) {
        long start = ownStart + (long) first * PAGE;
        space.mapFresh(start, (long) count * PAGE, PageAccess.USER_WRITE);
        for (int i = 0; i < count; i++) {
            byte[] text = "page %d of %d".formatted(first + i, plan.id()).getBytes(StandardCharsets.US_ASCII);
            space.bytes(start + (long) i * PAGE, text);
        }
    }

    private void ownPages(SoftwareEntries entries) {
        int protection = RegionPlan.READ_WRITE;
        pages.add(new SyntheticPage(
                ownStart, SyntheticPage.State.VALID, 0, space.physical(ownStart), -1, 0, 0, protection));
        transition(entries, 1, protection);
        for (int i = 0; i < FURTHER_COUNT; i++) {
            transition(entries, FURTHER + i, protection);
        }
        put(ownStart + 2L * PAGE, SyntheticPage.State.DEMAND_ZERO, entries.demandZero(protection), 0, 0, protection);
        long stored = PAGE_FILE_PAGE + plan.id();
        int number = machine.build() >= WindowsVersion.TEN ? STORE : PAGE_FILE;
        long inFile = entries.pageFile(number, stored, protection);
        long there = ownStart + 3L * PAGE;
        space.putEntry(there, inFile);
        pages.add(new SyntheticPage(there, SyntheticPage.State.PAGE_FILE, inFile, 0, number, stored, 0, protection));
    }

    private void transition(SoftwareEntries entries, int page, int protection) {
        long at = ownStart + (long) page * PAGE;
        long frame = space.physical(at);
        long entry = entries.transition(frame, protection);
        space.unmap(at, entry);
        pages.add(new SyntheticPage(at, SyntheticPage.State.TRANSITION, entry, frame, -1, 0, 0, protection));
    }

    private void mappedPages(SoftwareEntries entries, MappedSection section, List<Long> frames) {
        long second = section.prototypes() + machine.tables().entryBytes();
        int protection = machine.tables().entryBytes() == Long.BYTES ? RegionPlan.READ : 0;
        put(
                mappedStart + PAGE,
                SyntheticPage.State.PROTOTYPE,
                entries.prototype(second, RegionPlan.READ),
                frames.get(1),
                second,
                protection);
        // The third page of the file was never read: its own entry is empty.
        put(
                mappedStart + 2L * PAGE,
                SyntheticPage.State.PROTOTYPE_OF_REGION,
                entries.prototypeOfRegion(),
                0,
                section.prototypes() + 2L * machine.tables().entryBytes(),
                0);
        if (section.further() != 0) {
            int page = section.contiguous() + 1;
            long prototype = section.further() + machine.tables().entryBytes();
            machine.kernel()
                    .put(
                            prototype,
                            machine.tables().entryBytes(),
                            frames.get(1) | machine.tables().bits().page(PageAccess.KERNEL_READ));
            put(
                    mappedStart + (long) page * PAGE,
                    SyntheticPage.State.PROTOTYPE_OF_NEXT_PART,
                    entries.prototypeOfRegion(),
                    frames.get(1),
                    prototype,
                    0);
        }
    }

    private void put(long at, SyntheticPage.State state, long entry, long frame, long prototype, int protection) {
        space.putEntry(at, entry);
        pages.add(new SyntheticPage(at, state, entry, frame, -1, 0, prototype, protection));
    }
}
