package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes sections of files: control area, segment, subsection and prototype entries. Confined. */
final class MappedSections {
    /** {@code MMSECTION_FLAGS}: {@code Image} and {@code File}. */
    private static final int IMAGE = 0x20;

    private static final int FILE = 0x80;
    private static final int PAGE = SyntheticRam.PAGE;
    /** Lowest bits of a pointer that count uses ({@code EX_FAST_REF}). */
    private static final int REFERENCES = 5;

    private final Machine machine;
    private final NamedObjects named;
    private final Map<String, MappedSection> sections = new HashMap<>();

    MappedSections(Machine machine, NamedObjects named) {
        this.machine = machine;
        this.named = named;
    }

    /**
     * The section of a file, made when it is asked for first.
     *
     * @param frames physical addresses of its first pages, which are in memory
     * @param bytes it has, no more than half a page of entries stands for
     */
    MappedSection section(String devicePath, long base, int bytes, List<Long> frames, SyntheticRegion.Kind kind) {
        return sections.computeIfAbsent(devicePath, path -> make(path, base, bytes, frames, kind));
    }

    private MappedSection make(String path, long base, int bytes, List<Long> frames, SyntheticRegion.Kind kind) {
        SyntheticTypes types = machine.types();
        SyntheticSpace kernel = machine.kernel();
        long file = named.file(path);
        // The first subsection follows its control area.
        int areaBytes = types.size("_CONTROL_AREA");
        long area = machine.nonPaged().allocate(areaBytes + types.size("_SUBSECTION"), "MmCa");
        long subsection = area + areaBytes;
        long segment = machine.paged().allocate(types.size("_SEGMENT"), "MmSm");
        int pages = bytes / PAGE;
        int entryBytes = machine.tables().entryBytes();
        // Regions of older builds name no part of a file, so theirs have one only.
        boolean isDivided = kind == SyntheticRegion.Kind.MAPPED && types.has("_MMVAD", "Subsection");
        int contiguous = isDivided ? pages / 2 : pages;
        long prototypes = machine.paged().allocate(contiguous * entryBytes, "MmSt");
        long further = isDivided ? part(subsection, prototypes, contiguous, pages - contiguous) : 0;
        for (int i = 0; i < frames.size(); i++) {
            long entry = frames.get(i) | machine.tables().bits().page(PageAccess.KERNEL_READ);
            kernel.put(prototypes + (long) i * entryBytes, entryBytes, entry);
        }
        kernel.pointer(area + types.at("_CONTROL_AREA", "Segment"), segment);
        int references = machine.build() >= WindowsVersion.VISTA ? REFERENCES : 0;
        kernel.pointer(area + types.at("_CONTROL_AREA", "FilePointer"), file | references);
        kernel.put32(area + types.at("_CONTROL_AREA", "u"), FILE | (kind == SyntheticRegion.Kind.IMAGE ? IMAGE : 0));
        kernel.pointer(subsection + types.at("_SUBSECTION", "ControlArea"), area);
        kernel.pointer(segment + types.at("_SEGMENT", "ControlArea"), area);
        kernel.pointer(segment + types.at("_SEGMENT", "PrototypePte"), prototypes);
        kernel.put64(segment + types.at("_SEGMENT", "SizeOfSegment"), bytes);
        kernel.pointer(segment + types.at("_SEGMENT", "BasedAddress"), base);
        return new MappedSection(file, area, segment, subsection, prototypes, contiguous, further, pages);
    }

    /** Makes a second part of a file; returns where its entries lie. */
    private long part(long subsection, long prototypes, int pages, int morePages) {
        SyntheticTypes types = machine.types();
        long next = machine.nonPaged().allocate(types.size("_SUBSECTION"), "MmSb");
        long more = machine.paged().allocate(morePages * machine.tables().entryBytes(), "MmSt");
        entries(subsection, prototypes, pages);
        entries(next, more, morePages);
        machine.kernel().pointer(subsection + types.at("_SUBSECTION", "NextSubsection"), next);
        return more;
    }

    private void entries(long subsection, long prototypes, int pages) {
        SyntheticTypes types = machine.types();
        machine.kernel().pointer(subsection + types.at("_SUBSECTION", "SubsectionBase"), prototypes);
        machine.kernel().put32(subsection + types.at("_SUBSECTION", "PtesInSubsection"), pages);
    }

    /** Makes the object that a process' {@code SectionObject} points to. */
    long object(MappedSection section) {
        SyntheticTypes types = machine.types();
        int pointer = machine.pointer();
        boolean isOld = machine.build() < WindowsVersion.TEN;
        long at = machine.objects().create(ObjectType.SECTION, isOld ? types.size("_SECTION_OBJECT") : 8 * pointer, "");
        // SECTION.u1.ControlArea of 10 lies where SECTION_OBJECT.Segment did (kphdyn: MmSectionControlArea, 0x28).
        machine.kernel().pointer(at + 5L * pointer, isOld ? section.segment() : section.controlArea());
        return at;
    }
}
