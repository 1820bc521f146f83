package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryException;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.core.os.OsInfo;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.kallsyms.Kallsyms;
import io.memflow.formats.kallsyms.PartialKallsyms;
import io.memflow.os.linux.profile.KernelProfile;
import io.memflow.os.linux.profile.LoadedKernel;
import io.memflow.os.linux.profile.ProfileMatch;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelVersion;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds a Linux kernel from physical memory alone: root page table, the image it maps, kallsyms in that image, the type
 * information in it; each step is checked by the next. Confined to one call.
 */
public final class KernelDiscovery {
    private final Optional<KernelProfile> profile;
    private final DiscoverySteps steps =
            new DiscoverySteps("kernel", List.of("page tables", "kernel image", "version", "types"));
    /** The target's, with tables of our own behind it where its own are lost. */
    private PhysicalMemory memory;

    private KernelDiscovery(PhysicalMemory memory, Optional<KernelProfile> profile) {
        this.memory = memory;
        this.profile = profile;
    }

    /**
     * Finds the kernel.
     *
     * @throws DiscoveryException that says which step failed, what it looked for, and what to try
     */
    public static DiscoveredKernel discover(PhysicalMemory memory) {
        return discover(memory, Optional.empty());
    }

    /**
     * Finds the kernel, and completes what it tells of itself with a file.
     *
     * @param profile what the file says; used only when it is found to be of this kernel
     * @throws DiscoveryException as without a file, and when the file is of another kernel
     */
    public static DiscoveredKernel discover(PhysicalMemory memory, Optional<KernelProfile> profile) {
        KernelDiscovery discovery = new KernelDiscovery(memory, profile);
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

    private DiscoveredKernel run() {
        LocatedKernel located = withProfile(locate());
        KernelImage image = located.candidate().image();
        long root = confirmedRoot(located);
        VirtualMemory view = linearMapRepaired(
                located,
                new VirtualMemory(
                        memory, new PageTableWalker(memory, located.candidate().format()), root));
        String banner = banner(located, view);
        KernelVersion version = KernelVersion.ofBanner(banner)
                .orElseThrow(() -> failed("The kernel's banner \"" + banner + "\" names no version."));
        VmCoreInfo.of(memory, located.vmcoreinfos(), banner).ifPresent(info -> crossCheck(info, view, root));
        Kernel kernel = new KernelTypes(steps, profile).kernel(located, view, version);
        KernelPlace place = KernelPlace.of(located.facts(), image, located.symbols(), version);
        OsInfo info = new OsInfo(
                "linux",
                banner.strip(),
                located.facts().architecture(),
                located.candidate().format(),
                place.start(),
                place.start() - image.virtualBase() + image.physicalBase(),
                place.size(),
                place.slide(),
                root);
        return new DiscoveredKernel(kernel, info, steps.all());
    }

    /**
     * The kernel that page tables lead to. Where those of its image are damaged, other mappings may still lead to it, but
     * not at the addresses it works with: then the one that its own data leads to.
     */
    private LocatedKernel locate() {
        Optional<LocatedKernel> mapped = Optional.empty();
        Optional<MemflowException> failure = Optional.empty();
        try {
            mapped = Optional.of(new KernelSearch(memory, steps).locate());
        } catch (MemflowException nothingMapped) {
            failure = Optional.of(nothingMapped);
        }
        if (mapped.isPresent() && isItsOwnMapping(mapped.get())) {
            return mapped.get();
        }
        Optional<ImageTables.Made> made = ImageTables.make(memory);
        if (made.isEmpty()) {
            return mapped.orElseThrow(failure::orElseThrow);
        }
        steps.add("page tables of the image", Confidence.LIKELY, made.get().finding());
        memory = made.get().memory();
        return new KernelSearch(memory, steps).locate();
    }

    /** Whether symbols decode where the image is mapped, or it is mapped where x86-64 kernels are. */
    private static boolean isItsOwnMapping(LocatedKernel located) {
        long base = located.candidate().image().virtualBase();
        return located.symbols() instanceof Kallsyms
                || located.symbols() instanceof PartialKallsyms
                || (base >= KernelImage.REGION_START && base < KernelImage.REGION_END);
    }

    /** The same with the symbols of the file, if one is given; the kernel's own say where they lie. */
    private LocatedKernel withProfile(LocatedKernel located) {
        if (profile.isEmpty()) {
            return located;
        }
        VirtualMemory view = new VirtualMemory(
                memory,
                new PageTableWalker(memory, located.candidate().format()),
                located.candidate().root());
        LoadedKernel loaded = new LoadedKernel(
                view,
                located.symbols(),
                KernelBanner.of(located, view).text(),
                located.bytes().segment(),
                located.candidate().image().virtualBase(),
                located.facts().rootSymbol());
        ProfileMatch match = ProfileMatch.of(profile.get(), loaded);
        steps.add(
                "imported symbols",
                Confidence.CONFIRMED,
                profile.get().origin() + ": " + String.join("; ", match.evidence()));
        return located.withSymbols(match.symbols());
    }

    /** Most objects are addressed through the map of all memory: where its tables are damaged it is made anew. */
    private VirtualMemory linearMapRepaired(LocatedKernel located, VirtualMemory view) {
        OptionalLong symbol = located.symbols().address("page_offset_base");
        if (symbol.isEmpty()) {
            return view;
        }
        try {
            long base = view.readLong(symbol.getAsLong());
            Optional<LinearMap.Repaired> repaired = LinearMap.repair(view, base);
            repaired.ifPresent(made -> steps.add(
                    "map of all memory",
                    Confidence.LIKELY,
                    "its page tables are damaged: %d pieces of 2 MiB are not mapped; read by their distance from %s instead"
                            .formatted(made.lost(), Address.format(base))));
            return repaired.map(LinearMap.Repaired::memory).orElse(view);
        } catch (MemoryAccessException unreadable) {
            steps.add(
                    "map of all memory",
                    Confidence.MISSING,
                    "page_offset_base cannot be read: " + unreadable.getMessage());
            return view;
        }
    }

    /** The root that the kernel itself names, if it agrees. */
    private long confirmedRoot(LocatedKernel located) {
        long found = located.candidate().root();
        String name = located.facts().rootSymbol();
        OptionalLong place = located.namedRoot();
        if (place.isEmpty()) {
            steps.add(
                    "kernel page table",
                    Confidence.LIKELY,
                    Address.format(found) + ", by shape; no symbol to check it by");
            return found;
        }
        long named = place.getAsLong();
        if (named == found) {
            steps.add("kernel page table", Confidence.CONFIRMED, Address.format(found) + " is " + name);
            return found;
        }
        KernelImage image = located.candidate().image();
        PageTableWalker walker = new PageTableWalker(memory, located.candidate().format());
        boolean mapsItself = KernelImage.maps(walker, named, named - image.physicalBase() + image.virtualBase(), named);
        steps.add(
                "kernel page table",
                mapsItself ? Confidence.CONFIRMED : Confidence.LIKELY,
                mapsItself
                        ? Address.format(named) + ", by its symbol " + name + "; by shape " + Address.format(found)
                        : Address.format(found) + ", by shape; " + name + " does not translate to itself");
        return mapsItself ? named : found;
    }

    private String banner(LocatedKernel located, VirtualMemory view) {
        KernelBanner banner = KernelBanner.of(located, view);
        steps.add("version", banner.confidence(), banner.text().strip() + banner.origin());
        return banner.text();
    }

    private void crossCheck(VmCoreInfo info, VirtualMemory view, long root) {
        long named = info.symbol("swapper_pg_dir").orElse(0);
        Translation translation = new Translation();
        boolean agrees = view.translate(named, translation) && translation.physical() == root;
        steps.add(
                "VMCOREINFO",
                agrees ? Confidence.CONFIRMED : Confidence.LIKELY,
                agrees
                        ? "agrees: its swapper_pg_dir is the root page table"
                        : "disagrees: its swapper_pg_dir is %s, which is not the root page table; what was found is kept"
                                .formatted(Address.format(named)));
    }

    private static MemflowException failed(String message) {
        return new MemflowException(ErrorOrigin.OS_LAYER, ErrorKind.TARGET_NOT_FOUND, message);
    }
}
