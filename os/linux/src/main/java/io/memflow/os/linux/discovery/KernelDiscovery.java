package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.OsInfo;
import io.memflow.core.symbol.TypeTable;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.btf.Btf;
import io.memflow.os.linux.discovery.KernelSearch.Located;
import io.memflow.os.linux.landmark.CoreData;
import io.memflow.os.linux.landmark.HiddenData;
import io.memflow.os.linux.landmark.ImageWords;
import io.memflow.os.linux.learn.CompletedTypes;
import io.memflow.os.linux.learn.Learner;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelVersion;
import io.memflow.os.linux.structure.Landmarks;
import io.memflow.os.linux.structure.NoTypes;
import io.memflow.os.linux.structure.StructureLayout;
import io.memflow.os.linux.task.TaskEvidence;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds a Linux kernel from physical memory alone: root page table, the image it maps, kallsyms in that image, the type
 * information in it; each step is checked by the next. Confined to one call.
 */
public final class KernelDiscovery {
    private static final int BANNER_BYTES = 512;
    private static final int COMM_BYTES = 16;
    /** Chance finds no process by wrong types, let alone several. */
    private static final int FEWEST_PROCESSES = 3;

    private final PhysicalMemory memory;
    private final Steps steps = new Steps();

    private KernelDiscovery(PhysicalMemory memory) {
        this.memory = memory;
    }

    /**
     * Finds the kernel.
     *
     * @throws MemflowException that says which step failed, what it looked for, and what to try
     */
    public static DiscoveredKernel discover(PhysicalMemory memory) {
        return new KernelDiscovery(memory).run();
    }

    private DiscoveredKernel run() {
        Located located = new KernelSearch(memory, steps).locate();
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

    /** Most objects are addressed through the map of all memory: where its tables are damaged it is made anew. */
    private VirtualMemory linearMapRepaired(Located located, VirtualMemory view) {
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
        OptionalLong symbol = located.symbols().address("linux_banner");
        if (symbol.isEmpty() && located.banner().isPresent()) {
            String banner = located.banner().get();
            steps.add("version", Confidence.CONFIRMED, banner + ", in the image; no symbol names it");
            return banner;
        }
        long address = symbol.orElseThrow(
                () -> failed("The kernel's symbol table has no linux_banner, so its version is not known."));
        String why;
        try {
            String banner = view.readUtf8Lossy(address, BANNER_BYTES);
            if (KernelVersion.ofBanner(banner).isPresent()) {
                steps.add("version", Confidence.CONFIRMED, banner.strip());
                return banner;
            }
            why = "it names no version";
        } catch (MemflowException unreadable) {
            why = unreadable.getMessage();
        }
        OptionalLong namespace = located.symbols().address("init_uts_ns");
        Optional<String> name = namespace.isEmpty() ? Optional.empty() : SystemName.banner(view, namespace.getAsLong());
        String banner = name.orElse("");
        if (KernelVersion.ofBanner(banner).isEmpty()) {
            throw failed("The kernel's version string at " + Address.format(address) + " is damaged: " + why
                    + " Neither does init_uts_ns name a version.");
        }
        steps.add("version", Confidence.LIKELY, banner.strip() + ", by init_uts_ns; the banner is damaged: " + why);
        return banner;
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
        Optional<Btf> types = TypeInformation.find(located.bytes().segment(), image, located.symbols());
        if (types.isEmpty()) {
            return learned(located, view, version);
        }
        if (!TypeInformation.isWhole(types.get())) {
            return completed(located, view, version, types.get());
        }
        StructureLayout layout = new StructureLayout(types.get());
        Landmarks landmarks = landmarks(located, view, layout);
        Kernel kernel = new Kernel(view, located.symbols(), layout, version, located.facts(), landmarks);
        checkTypes(kernel, types.get());
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
    private Kernel completed(Located located, VirtualMemory view, KernelVersion version, Btf own) {
        Optional<Learner.Learned> learned = learn(located, view, version);
        TypeTable types = learned.<TypeTable>map(found -> new CompletedTypes(own, found.types()))
                .orElse(own);
        Landmarks searched = landmarks(located, view, new StructureLayout(types));
        Landmarks met = Landmarks.of(learned.map(Learner.Learned::landmarks).orElse(Map.of()));
        Landmarks landmarks = symbol -> {
            OptionalLong found = searched.address(symbol);
            return found.isPresent() ? found : met.address(symbol);
        };
        steps.add(
                "types",
                Confidence.LIKELY,
                "BTF is damaged, %d of its %d types are lost, and it lacks members that every kernel has; %s"
                        .formatted(
                                own.lostTypes(),
                                own.typeCount(),
                                learned.map(found -> found.types().summary())
                                        .orElse("no idle task was found to learn from instead")));
        return new Kernel(view, located.symbols(), new StructureLayout(types), version, located.facts(), landmarks);
    }

    /** Kernels without CONFIG_KALLSYMS_ALL name no data. */
    private Landmarks landmarks(Located located, VirtualMemory view, StructureLayout layout) {
        if (located.symbols().address("init_task").isPresent()) {
            return Landmarks.NONE;
        }
        ImageWords image = new ImageWords(
                located.bytes().segment(), located.candidate().image().virtualBase(), view);
        CoreData search = new CoreData(image, layout);
        List<Long> idle = search.idleTasks();
        OptionalLong idleTask = idle.size() == 1 ? OptionalLong.of(idle.getFirst()) : OptionalLong.empty();
        Landmarks found = new HiddenData(image, layout, search, idleTask);
        steps.add(
                "data without symbols",
                idleTask.isPresent() ? Confidence.CONFIRMED : Confidence.MISSING,
                "init_task %s; list of modules %s; timekeeper %s"
                        .formatted(
                                described(
                                        idleTask,
                                        "not found: the image holds %d structures that could be it instead of one"
                                                .formatted(idle.size())),
                                described(found.address("modules"), "not found, or empty"),
                                described(found.address("tk_core"), "not found")));
        return found;
    }

    private static String described(OptionalLong address, String otherwise) {
        return address.isPresent() ? "at " + Address.format(address.getAsLong()) : otherwise;
    }

    /** The idle task is the one structure whose contents are known beforehand; where it is damaged, others must fit. */
    private void checkTypes(Kernel kernel, Btf types) {
        String damage = types.lostTypes() == 0
                ? ""
                : "; damaged, %d of its %d types are lost".formatted(types.lostTypes(), types.typeCount());
        String name = idleName(kernel);
        if (name.equals("swapper/0") || name.equals("swapper")) {
            steps.add(
                    "types",
                    damage.isEmpty() ? Confidence.CONFIRMED : Confidence.LIKELY,
                    "BTF; init_task.comm at offset %d reads \"%s\"%s"
                            .formatted(kernel.layout().offset("task_struct", "comm"), name, damage));
            return;
        }
        int processes = TaskEvidence.processes(kernel);
        if (processes < FEWEST_PROCESSES) {
            throw failed("The kernel's type information does not fit it: the idle task's name reads \"" + name
                    + "\" instead of swapper, and there are no processes by these types.");
        }
        steps.add(
                "types",
                Confidence.LIKELY,
                "BTF; the idle task is not there or damaged, its name reads \"%s\", but %d processes fit%s"
                        .formatted(name, processes, damage));
    }

    /** Empty when the idle task was not found or cannot be read. */
    private static String idleName(Kernel kernel) {
        OptionalLong idle = kernel.find("init_task");
        try {
            return idle.isEmpty()
                    ? ""
                    : kernel.memory()
                            .readFixedUtf8Lossy(
                                    idle.getAsLong() + kernel.layout().offset("task_struct", "comm"), COMM_BYTES);
        } catch (MemoryAccessException unreadable) {
            return "";
        }
    }

    private static MemflowException failed(String message) {
        return new MemflowException(ErrorOrigin.OS_LAYER, ErrorKind.TARGET_NOT_FOUND, message);
    }
}
