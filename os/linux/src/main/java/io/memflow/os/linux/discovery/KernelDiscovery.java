package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryException;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.OsInfo;
import io.memflow.core.symbol.TypeTable;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.linux.discovery.KernelSearch.Located;
import io.memflow.os.linux.landmark.CoreData;
import io.memflow.os.linux.landmark.HiddenData;
import io.memflow.os.linux.landmark.ImageWords;
import io.memflow.os.linux.learn.CompletedTypes;
import io.memflow.os.linux.learn.Learner;
import io.memflow.os.linux.profile.KernelProfile;
import io.memflow.os.linux.profile.LayeredTypes;
import io.memflow.os.linux.profile.LoadedKernel;
import io.memflow.os.linux.profile.ProfileMatch;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelVersion;
import io.memflow.os.linux.structure.Landmarks;
import io.memflow.os.linux.structure.NoTypes;
import io.memflow.os.linux.structure.StructureLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds a Linux kernel from physical memory alone: root page table, the image it maps, kallsyms in that image, the type
 * information in it; each step is checked by the next. Confined to one call.
 */
public final class KernelDiscovery {
    private static final String BANNER = "linux_banner";
    private static final int BANNER_BYTES = 512;
    private static final int COMM_BYTES = 16;

    private final PhysicalMemory memory;
    private final Optional<KernelProfile> profile;
    private final Steps steps = new Steps();

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
        Located located = withProfile(new KernelSearch(memory, steps).locate());
        KernelImage image = located.candidate().image();
        long root = confirmedRoot(located);
        VirtualMemory view = new VirtualMemory(
                memory, new PageTableWalker(memory, located.candidate().format()), root);
        String banner = banner(located, view);
        KernelVersion version = KernelVersion.ofBanner(banner)
                .orElseThrow(() -> failed("The kernel's banner \"" + banner + "\" names no version."));
        VmCoreInfo.of(memory, located.vmcoreinfos(), banner).ifPresent(info -> crossCheck(info, view, root));
        Kernel kernel = kernel(located, view, version);
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

    /** The same with the symbols of the file, if one is given; the kernel's own say where they lie. */
    private Located withProfile(Located located) {
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
                bannerText(located, view),
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

    /** The root that the kernel itself names, if it agrees. */
    private long confirmedRoot(Located located) {
        long found = located.candidate().root();
        String name = located.facts().rootSymbol();
        OptionalLong symbol = located.symbols().address(name);
        if (symbol.isEmpty()) {
            steps.add(
                    "kernel page table",
                    Confidence.LIKELY,
                    Address.format(found) + ", by shape; no symbol to check it by");
            return found;
        }
        KernelImage image = located.candidate().image();
        long named = symbol.getAsLong() - image.virtualBase() + image.physicalBase();
        PageTableWalker walker = new PageTableWalker(memory, located.candidate().format());
        if (named == found) {
            steps.add("kernel page table", Confidence.CONFIRMED, Address.format(found) + " is " + name);
            return found;
        }
        boolean mapsItself = KernelImage.maps(walker, named, symbol.getAsLong(), named);
        steps.add(
                "kernel page table",
                mapsItself ? Confidence.CONFIRMED : Confidence.LIKELY,
                mapsItself
                        ? Address.format(named) + ", by its symbol " + name + "; by shape " + Address.format(found)
                        : Address.format(found) + ", by shape; " + name + " does not translate to itself");
        return mapsItself ? named : found;
    }

    private String banner(Located located, VirtualMemory view) {
        String banner = bannerText(located, view);
        boolean isNamed = located.symbols().address(BANNER).isPresent();
        steps.add(
                "version",
                Confidence.CONFIRMED,
                banner.strip() + (isNamed ? "" : ", in the image; no symbol names it"));
        return banner;
    }

    private static String bannerText(Located located, VirtualMemory view) {
        OptionalLong symbol = located.symbols().address(BANNER);
        if (symbol.isEmpty() && located.banner().isPresent()) {
            return located.banner().get();
        }
        long address = symbol.orElseThrow(
                () -> failed("The kernel's symbol table has no linux_banner, so its version is not known."));
        try {
            return view.readUtf8Lossy(address, BANNER_BYTES);
        } catch (MemflowException unreadable) {
            throw failed("The kernel's version string at " + Address.format(address) + " cannot be read: "
                    + unreadable.getMessage());
        }
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

    private Kernel kernel(Located located, VirtualMemory view, KernelVersion version) {
        KernelImage image = located.candidate().image();
        Optional<TypeTable> own = TypeInformation.find(located.bytes().segment(), image, located.symbols());
        Optional<TypeTable> imported = profile.flatMap(KernelProfile::types);
        boolean ownIsWhole = own.isPresent() && TypeInformation.isWhole(own.get());
        if (ownIsWhole) {
            imported.ifPresent(types -> TypeInformation.requireSame(own.get(), types, describedProfile()));
        }
        if (imported.isPresent() && TypeInformation.isWhole(imported.get())) {
            return typed(
                    located,
                    view,
                    version,
                    own.<TypeTable>map(types -> new LayeredTypes(imported.get(), types))
                            .orElse(imported.get()),
                    describedProfile() + (ownIsWhole ? ", which agrees with the kernel's BTF" : ""));
        }
        Kernel kernel = ownIsWhole
                ? typed(located, view, version, own.get(), "BTF")
                : own.isPresent() ? completed(located, view, version, own.get()) : learned(located, view, version);
        return imported.map(types -> withTypes(kernel, types)).orElse(kernel);
    }

    private String describedProfile() {
        return profile.map(KernelProfile::origin).orElse("no file");
    }

    /** Types that are not of the whole kernel, as those of a module, come behind its own. */
    private static Kernel withTypes(Kernel kernel, TypeTable imported) {
        StructureLayout layout =
                new StructureLayout(new LayeredTypes(kernel.layout().types(), imported));
        return new Kernel(
                kernel.memory(), kernel.symbols(), layout, kernel.version(), kernel.facts(), kernel.landmarks());
    }

    private Kernel typed(Located located, VirtualMemory view, KernelVersion version, TypeTable types, String source) {
        StructureLayout layout = new StructureLayout(types);
        Landmarks landmarks = landmarks(located, view, layout);
        Kernel kernel = new Kernel(view, located.symbols(), layout, version, located.facts(), landmarks);
        checkTypes(kernel, source);
        return kernel;
    }

    /** A kernel without type information: what its structures hold shows where most members are. */
    private Kernel learned(Located located, VirtualMemory view, KernelVersion version) {
        Optional<Learner.Learned> learned = learn(located, view, version);
        String noIdleTask = "no idle task was found to learn offsets from";
        String cause = "the kernel carries no type information (BTF): it was built without CONFIG_DEBUG_INFO_BTF, or"
                + " that part of its image is damaged; ";
        if (learned.isEmpty()) {
            steps.add("types", Confidence.MISSING, cause + noIdleTask);
        } else {
            steps.add("types", Confidence.LIKELY, cause + learned.get().types().summary());
        }
        return new Kernel(
                view,
                located.symbols(),
                new StructureLayout(learned.<TypeTable>map(Learner.Learned::types)
                        .orElseGet(() -> new NoTypes(cause + noIdleTask))),
                version,
                located.facts(),
                Landmarks.of(learned.map(Learner.Learned::landmarks).orElse(Map.of())));
    }

    private static Optional<Learner.Learned> learn(Located located, VirtualMemory view, KernelVersion version) {
        return Learner.learn(
                view,
                located.symbols(),
                version,
                located.bytes().segment(),
                located.candidate().image().virtualBase());
    }

    /** Damage took names from the types: what they lack is learned. */
    private Kernel completed(Located located, VirtualMemory view, KernelVersion version, TypeTable own) {
        Learner.Learned learned = learn(located, view, version)
                .orElseThrow(
                        () -> failed("The kernel's type information (BTF) is damaged, and no idle task was found to"
                                + " learn from instead."));
        steps.add(
                "types",
                Confidence.LIKELY,
                "BTF is damaged: it lacks members that every kernel has; "
                        + learned.types().summary());
        return new Kernel(
                view,
                located.symbols(),
                new StructureLayout(new CompletedTypes(own, learned.types())),
                version,
                located.facts(),
                Landmarks.of(learned.landmarks()));
    }

    /** Kernels without CONFIG_KALLSYMS_ALL name no data. */
    private Landmarks landmarks(Located located, VirtualMemory view, StructureLayout layout) {
        boolean namesData = located.symbols().address(BANNER).isPresent();
        if (namesData && located.symbols().address("init_task").isPresent()) {
            return Landmarks.NONE;
        }
        ImageWords image = new ImageWords(
                located.bytes().segment(), located.candidate().image().virtualBase(), view);
        CoreData search = new CoreData(image, layout);
        List<Long> idle = search.idleTasks();
        if (idle.size() != 1) {
            throw failed(
                    ("The kernel's symbol table names no data (no CONFIG_KALLSYMS_ALL), and its image holds %d structures"
                                    + " that could be the idle task instead of one: %s. The image is damaged, or its type"
                                    + " information is of another kernel.")
                            .formatted(
                                    idle.size(),
                                    idle.stream().map(Address::format).toList()));
        }
        Landmarks found = new HiddenData(image, layout, search, idle.getFirst());
        steps.add(
                "data without symbols",
                Confidence.CONFIRMED,
                "init_task at %s by its name and its links; list of modules %s; timekeeper %s"
                        .formatted(
                                Address.format(idle.getFirst()),
                                described(found.address("modules"), "not found, or empty"),
                                described(found.address("tk_core"), "not found")));
        return found;
    }

    private static String described(OptionalLong address, String otherwise) {
        return address.isPresent() ? "at " + Address.format(address.getAsLong()) : otherwise;
    }

    /** The idle task is the one structure whose contents are known beforehand. */
    private void checkTypes(Kernel kernel, String source) {
        long comm = kernel.address("init_task") + kernel.layout().offset("task_struct", "comm");
        String name;
        try {
            name = kernel.memory().readUtf8Lossy(comm, COMM_BYTES);
        } catch (MemoryAccessException unreadable) {
            throw failed("The idle task's name cannot be read: " + unreadable.getMessage());
        }
        if (!name.equals("swapper/0") && !name.equals("swapper")) {
            throw failed("The kernel's type information does not fit it: the idle task's name reads \"" + name
                    + "\" instead of swapper.");
        }
        steps.add(
                "types",
                Confidence.CONFIRMED,
                "%s; init_task.comm at offset %d reads \"%s\""
                        .formatted(source, kernel.layout().offset("task_struct", "comm"), name));
    }

    private static MemflowException failed(String message) {
        return new MemflowException(ErrorOrigin.OS_LAYER, ErrorKind.TARGET_NOT_FOUND, message);
    }
}
