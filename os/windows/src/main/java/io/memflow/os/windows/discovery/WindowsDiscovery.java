package io.memflow.os.windows.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryException;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.core.os.OsInfo;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.symbol.SymbolList;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.pe.PdbReference;
import io.memflow.formats.pe.PeImage;
import io.memflow.os.windows.offset.Match;
import io.memflow.os.windows.offset.OffsetElection;
import io.memflow.os.windows.offset.Target;
import io.memflow.os.windows.structure.Anchors;
import io.memflow.os.windows.structure.KernelIdentities;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernel.PublishedStructure;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import io.memflow.os.windows.symbol.KernelPdb;
import io.memflow.os.windows.symbol.KernelSymbols;
import io.memflow.os.windows.symbol.NamedSymbols;
import io.memflow.os.windows.symbol.NoSymbols;
import io.memflow.os.windows.symbol.SymbolFile;
import io.memflow.os.windows.symbol.SymbolSource;
import io.memflow.os.windows.symbol.SymbolTypes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds a Windows kernel from physical memory alone: root page tables that map themselves, the image they map, its version,
 * where its lists begin, where the members of its structures lie. Each step is checked by the next. Confined to one call.
 */
public final class WindowsDiscovery {
    /** No published EPROCESS or ETHREAD is larger. */
    private static final int LARGEST = 0xC00;

    /** As many as there are processes on the busiest machines. */
    private static final int MOST_ROOTS = 4096;

    /** By how much these structures have grown from one build to the next, most times. */
    private static final int ROOM = 0x60;

    /** The build before and the one behind; two of a number are two service packs. */
    private static final int NEAREST = 3;

    /** 10 1709, the first Windows for arm64 that was sold. */
    private static final int FIRST_ARM64 = 16299;

    private final PhysicalMemory memory;
    private final Hints hints;
    private final SymbolSource symbols;
    private final List<PublishedKernel> published;
    private final DiscoverySteps steps =
            new DiscoverySteps("kernel", List.of("page tables", "kernel image", "version", "System", "offsets"));

    private WindowsDiscovery(
            PhysicalMemory memory, Hints hints, SymbolSource symbols, List<PublishedKernel> published) {
        this.memory = memory;
        this.hints = hints;
        this.symbols = symbols;
        this.published = published;
    }

    /**
     * Finds the kernel.
     *
     * @param symbols where the symbol file of the kernel comes from, which then rules
     * @throws DiscoveryException that says which step failed, what it looked for, and what to try
     */
    public static DiscoveredWindows discover(PhysicalMemory memory, Hints hints, SymbolSource symbols) {
        return discover(memory, hints, symbols, PublishedKernels.all());
    }

    /** As the other, with a symbol file that must be the kernel's. */
    public static DiscoveredWindows discover(PhysicalMemory memory, Hints hints, Optional<SymbolFile> symbols) {
        return discover(memory, hints, symbols, PublishedKernels.all());
    }

    /** As the other, with the builds whose offsets may be used. */
    static DiscoveredWindows discover(
            PhysicalMemory memory, Hints hints, Optional<SymbolFile> symbols, List<PublishedKernel> published) {
        SymbolSource source = symbols.<SymbolSource>map(NamedSymbols::new).orElseGet(NoSymbols::new);
        return discover(memory, hints, source, published);
    }

    private static DiscoveredWindows discover(
            PhysicalMemory memory, Hints hints, SymbolSource symbols, List<PublishedKernel> published) {
        WindowsDiscovery discovery = new WindowsDiscovery(memory, hints, symbols, published);
        try {
            return discovery.run();
        } catch (MemflowException failed) {
            throw new DiscoveryException(
                    failed.origin(),
                    failed.kind(),
                    failed.getMessage(),
                    discovery.steps.endedBy(failed.getMessage()),
                    failed);
        }
    }

    private DiscoveredWindows run() {
        MemorySurvey survey = MemorySurvey.of(memory);
        KernelSearch search = new KernelSearch(memory, hints, steps, survey);
        KernelImage found = search.find();
        PeImage image = found.image();
        Optional<SymbolFile> file = symbols.of(image, steps);
        Optional<SharedData> shared = sharedData(found, survey);
        WindowsVersion version = VersionReader.read(found, shared, steps);
        SymbolTable table = file.map(own -> named(own, image)).orElseGet(() -> ExportedSymbols.of(image));
        // Exports are looked up in the image, which costs a few pages; a symbol file has more.
        SymbolTable known = file.isPresent() ? table : SymbolList.of(List.of());
        Optional<DebuggerBlock> debugger = DebuggerBlock.find(found, survey);
        Anchors anchors = new AnchorSearch(found, steps, known, debugger).find();
        Optional<PublishedKernel> identified = identified(found, version);
        Target target = new Target(
                found.root().architecture(),
                version,
                found.memory(),
                image,
                anchors.systemProcess(),
                shared.map(SharedData::systemTime).orElse(0L),
                largest("_EPROCESS", version, found, identified),
                largest("_ETHREAD", version, found, identified),
                debugger.map(block -> block.data().members()).orElse(List.of()));
        Optional<TypeTable> own = file.map(symbolFile -> symbolFile.file().types());
        OffsetElection.Outcome offsets = OffsetElection.hold(target, ofArchitecture(found), identified, own);
        noteIdentity(found, identified, offsets);
        noteOffsets(offsets);
        TypeTable types = own.<TypeTable>map(told -> new SymbolTypes(told, offsets.types()))
                .orElse(offsets.types());
        VirtualMemory space = new SystemRoot(found, types).confirmed(anchors.systemProcess(), steps);
        WindowsKernel kernel = new WindowsKernel(
                found.root().architecture(),
                version,
                space,
                table,
                new StructureLayout(types),
                new WindowsKernel.Image(image.base(), image.size()),
                new ListHead(found, types).complete(anchors),
                search.roots(found.root().architecture()).stream()
                        .map(RootCandidate::root)
                        .limit(MOST_ROOTS)
                        .toList());
        return new DiscoveredWindows(kernel, image, info(found, version, space), steps.all(), offsets);
    }

    /** The size of a structure in the builds next to the kernel's, and some room for what was added. */
    private int largest(
            String structure, WindowsVersion version, KernelImage found, Optional<PublishedKernel> identified) {
        List<PublishedKernel> near = ofArchitecture(found).stream()
                .sorted(Comparator.comparingInt(kernel -> Math.abs(kernel.build() - version.build())))
                .limit(NEAREST)
                .toList();
        boolean known = near.stream().anyMatch(kernel -> kernel.build() == version.build());
        int size = Stream.concat(near.stream(), identified.stream())
                .filter(kernel -> !known
                        || kernel.build() == version.build()
                        || identified.filter(kernel::equals).isPresent())
                .mapToInt(kernel -> size(kernel, structure))
                .max()
                .orElse(0);
        return size == 0 ? LARGEST : known ? size : size + ROOM;
    }

    private static int size(PublishedKernel kernel, String structure) {
        PublishedStructure found = kernel.structures().get(structure);
        return found == null ? 0 : found.size();
    }

    /** The published kernel that has this one's structures, by what its debug directory says. */
    private Optional<PublishedKernel> identified(KernelImage found, WindowsVersion version) {
        return KernelPdb.of(found.image())
                .flatMap(pdb -> KernelIdentities.find(pdb.guid(), pdb.age(), version.build(), ofArchitecture(found)));
    }

    private void noteIdentity(KernelImage found, Optional<PublishedKernel> identified, OffsetElection.Outcome offsets) {
        Optional<PdbReference> reference = KernelPdb.of(found.image());
        if (reference.isEmpty()) {
            return;
        }
        boolean isUsed = offsets.match() == Match.IDENTITY;
        String meaning = identified
                .map(kernel -> isUsed
                        ? "is known: structures are those of Windows " + kernel
                        : "would be that of Windows %s, which code and structures contradict: not used"
                                .formatted(kernel))
                .orElse("is not among those whose structures are known");
        steps.add(
                "PDB identity",
                isUsed ? Confidence.CONFIRMED : Confidence.LIKELY,
                "GUID %s, age %d %s"
                        .formatted(reference.get().guid(), reference.get().age(), meaning));
    }

    private SymbolTable named(SymbolFile file, PeImage image) {
        SymbolTable exports = ExportedSymbols.of(image);
        try {
            return new KernelSymbols(file.file().symbols(image.base()), exports);
        } catch (MalformedDataException damaged) {
            steps.add(
                    "symbols",
                    Confidence.MISSING,
                    "those of the symbol file cannot be read, only exports are known: " + damaged.getMessage());
            return exports;
        }
    }

    /** arm64 kernels have none of their own: x86-64 ones stand in, with what both have alike. */
    private List<PublishedKernel> ofArchitecture(KernelImage found) {
        WindowsArchitecture architecture = found.root().architecture();
        boolean isArm = architecture == WindowsArchitecture.ARM64;
        String table = isArm ? WindowsArchitecture.X64.table() : architecture.table();
        return published.stream()
                .filter(kernel -> kernel.architecture().equals(table))
                .filter(kernel -> !isArm || kernel.build() >= FIRST_ARM64)
                .map(kernel -> isArm ? kernel.forArm64() : kernel)
                .toList();
    }

    private Optional<SharedData> sharedData(KernelImage found, MemorySurvey survey) {
        long address = SharedData.address(found.root().architecture());
        Optional<SharedData> mapped = SharedData.read(found.memory(), address);
        Optional<SharedData> shared = mapped.or(() -> LongStream.of(survey.sharedPages())
                .mapToObj(page -> SharedData.read(memory, page))
                .flatMap(Optional::stream)
                .findFirst());
        steps.add(
                "KUSER_SHARED_DATA",
                mapped.isPresent() ? Confidence.CONFIRMED : shared.isPresent() ? Confidence.LIKELY : Confidence.MISSING,
                shared.map(data -> "Windows %d.%d in %s%s"
                                .formatted(
                                        data.major(),
                                        data.minor(),
                                        data.systemRoot(),
                                        mapped.isPresent()
                                                ? ""
                                                : "; not mapped at %s, found in memory by its contents"
                                                        .formatted(Address.format(address))))
                        .orElse("not in memory; version and time come from elsewhere"));
        return shared;
    }

    private void noteOffsets(OffsetElection.Outcome offsets) {
        steps.add(
                "offsets",
                confidence(offsets),
                offsets.summary()
                        + (offsets.disagreements().isEmpty()
                                ? ""
                                : "; voters disagree on " + String.join("; ", offsets.disagreements())));
    }

    /** A table by the kernel's own identity, borne out by all who could contradict it, is as good as its symbol file. */
    private static Confidence confidence(OffsetElection.Outcome offsets) {
        if (offsets.types().decisions().isEmpty()) {
            return Confidence.MISSING;
        }
        return offsets.match() == Match.IDENTITY && offsets.disagreements().isEmpty()
                ? Confidence.CONFIRMED
                : Confidence.LIKELY;
    }

    private static OsInfo info(KernelImage found, WindowsVersion version, VirtualMemory space) {
        PeImage image = found.image();
        return new OsInfo(
                "windows",
                "Windows " + version,
                found.root().architecture().label(),
                found.root().architecture().paging(),
                image.base(),
                physical(found),
                image.size(),
                null,
                space.root());
    }

    private static @Nullable Long physical(KernelImage found) {
        Translation place = new Translation();
        return found.memory().translate(found.image().base(), place) ? place.physical() : null;
    }
}
