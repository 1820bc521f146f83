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
import io.memflow.formats.kallsyms.Kallsyms;
import io.memflow.formats.kallsyms.KallsymsLayout;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelVersion;
import io.memflow.os.linux.structure.StructureLayout;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * Finds a Linux kernel on x86-64 from physical memory alone: root page table by shape, the image it maps, kallsyms in
 * that image, the type information that kallsyms names; each step is checked by the next. Confined to one call.
 */
public final class KernelDiscovery {
    private static final String ARCHITECTURE = "x86-64";
    /** {@code __START_KERNEL_map + CONFIG_PHYSICAL_START} (its default, 16 MiB): where {@code _text} is linked to. */
    private static final long LINK_ADDRESS = KernelImage.REGION_START + 0x100_0000;
    /** Stale kernels in memory are few; more candidates than this are processes of one kernel. */
    private static final int MOST_IMAGES = 4;

    private static final int BANNER_BYTES = 512;
    private static final int COMM_BYTES = 16;

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

    /** A root and the symbols decoded from the image it maps. */
    private record Located(RootCandidate candidate, ImageBytes bytes, Kallsyms symbols) {}

    private DiscoveredKernel run() {
        Located located = locate();
        KernelImage image = located.candidate.image();
        long root = confirmedRoot(located);
        VirtualMemory view = new VirtualMemory(memory, new PageTableWalker(memory, located.candidate.format()), root);
        String banner = banner(located.symbols, view);
        KernelVersion version = KernelVersion.ofBanner(banner)
                .orElseThrow(() -> failed("The kernel's banner \"" + banner + "\" names no version."));
        TypeTable types = TypeInformation.find(located.bytes.segment(), image, located.symbols)
                .orElseThrow(() -> failed(
                        "The kernel (" + banner.strip() + ") carries no type information (BTF): it was built without"
                                + " CONFIG_DEBUG_INFO_BTF, or that part of its image is damaged."));
        Kernel kernel = new Kernel(view, located.symbols, new StructureLayout(types), version);
        checkTypes(kernel);
        long text = kernel.symbols().address("_text").orElse(image.virtualBase());
        long end = kernel.symbols().address("_end").orElse(image.virtualBase() + image.size());
        OsInfo info = new OsInfo(
                "linux",
                banner.strip(),
                ARCHITECTURE,
                located.candidate.format(),
                text,
                text - image.virtualBase() + image.physicalBase(),
                end - text,
                text - LINK_ADDRESS,
                root);
        return new DiscoveredKernel(kernel, info, steps.all());
    }

    private Located locate() {
        List<RootCandidate> candidates = new PageTableRootFinder(memory).find();
        if (candidates.isEmpty()) {
            throw failed(
                    ("No Linux kernel for x86-64 in %s: none of its %d KiB holds a page table that maps a kernel image"
                                    + " at %s. A raw image of memory that does not start at address 0 needs base=; other systems and"
                                    + " processors are not supported.")
                            .formatted(
                                    memory.description(),
                                    memory.map().totalBytes() >> 10,
                                    Address.format(KernelImage.REGION_START)));
        }
        steps.add(
                "page tables",
                Confidence.LIKELY,
                "%d root tables that map a kernel image, the best a %s one at %s"
                        .formatted(
                                candidates.size(),
                                candidates.getFirst().format().name(),
                                Address.format(candidates.getFirst().root())));
        String reason = "";
        List<KernelImage> images = candidates.stream()
                .map(RootCandidate::image)
                .distinct()
                .limit(MOST_IMAGES)
                .toList();
        for (KernelImage image : images) {
            try {
                return decode(candidates, image);
            } catch (MemflowException notThisOne) {
                reason = notThisOne.getMessage();
            }
        }
        throw failed(
                ("A kernel image is mapped at %s, but its symbol table (kallsyms) cannot be decoded: %s The kernel may"
                                + " be built without CONFIG_KALLSYMS, or the image is damaged.")
                        .formatted(Address.format(images.getFirst().virtualBase()), reason));
    }

    private Located decode(List<RootCandidate> candidates, KernelImage image) {
        ImageBytes bytes = ImageBytes.of(memory, image);
        Duration imageTime = steps.lap();
        Kallsyms symbols = Kallsyms.find(bytes.segment(), image.virtualBase(), StructureLayout.WORD);
        RootCandidate candidate = candidates.stream()
                .filter(found -> found.image().equals(image))
                .findFirst()
                .orElseThrow();
        steps.add(
                "kernel image",
                Confidence.CONFIRMED,
                "%d MiB at %s, physical %s"
                        .formatted(
                                image.size() >> 20,
                                Address.format(image.virtualBase()),
                                Address.format(image.physicalBase())),
                imageTime);
        steps.add("symbols", Confidence.CONFIRMED, describe(symbols));
        return new Located(candidate, bytes, symbols);
    }

    private static String describe(Kallsyms symbols) {
        KallsymsLayout layout = symbols.layout();
        String order = switch (layout.order()) {
            case ADDRESSES_FIRST -> "addresses before names";
            case ADDRESSES_FIRST_WITH_SEQUENCE -> "addresses before names, sequence behind";
            case ADDRESSES_LAST -> "names before addresses";
        };
        String encoding = switch (layout.encoding()) {
            case ABSOLUTE -> "stored whole";
            case RELATIVE -> "relative to one base";
            case RELATIVE_ABSOLUTE_PERCPU -> "relative to one base but for per-CPU ones";
            case PLACE_RELATIVE -> "relative to their own places";
        };
        return symbols.size() + " kallsyms (" + order + ", " + encoding + "): " + String.join("; ", layout.evidence());
    }

    /** The root that the kernel itself calls {@code init_top_pgt} (arch/x86/kernel/head_64.S), if it agrees. */
    private long confirmedRoot(Located located) {
        long found = located.candidate.root();
        OptionalLong symbol = located.symbols.address("init_top_pgt");
        if (symbol.isEmpty()) {
            steps.add(
                    "kernel page table",
                    Confidence.LIKELY,
                    Address.format(found) + ", by shape; no symbol to check it by");
            return found;
        }
        KernelImage image = located.candidate.image();
        long named = symbol.getAsLong() - image.virtualBase() + image.physicalBase();
        PageTableWalker walker = new PageTableWalker(memory, located.candidate.format());
        Translation translation = new Translation();
        boolean mapsItself =
                walker.translate(named, symbol.getAsLong(), translation) && translation.physical() == named;
        if (named == found) {
            steps.add("kernel page table", Confidence.CONFIRMED, Address.format(found) + " is init_top_pgt");
            return found;
        }
        steps.add(
                "kernel page table",
                mapsItself ? Confidence.CONFIRMED : Confidence.LIKELY,
                mapsItself
                        ? Address.format(named) + ", by its symbol init_top_pgt; by shape " + Address.format(found)
                        : Address.format(found) + ", by shape; init_top_pgt does not translate to itself");
        return mapsItself ? named : found;
    }

    private String banner(Kallsyms symbols, VirtualMemory view) {
        long address = symbols.address("linux_banner")
                .orElseThrow(
                        () -> failed("The kernel's symbol table has no linux_banner, so its version is not known."));
        try {
            String banner = view.readUtf8Lossy(address, BANNER_BYTES);
            steps.add("version", Confidence.CONFIRMED, banner.strip());
            return banner;
        } catch (MemflowException unreadable) {
            throw failed("The kernel's version string at " + Address.format(address) + " cannot be read: "
                    + unreadable.getMessage());
        }
    }

    /** The idle task is the one structure whose contents are known beforehand. */
    private void checkTypes(Kernel kernel) {
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
                "BTF; init_task.comm at offset %d reads \"%s\""
                        .formatted(kernel.layout().offset("task_struct", "comm"), name));
    }

    private static MemflowException failed(String message) {
        return new MemflowException(ErrorOrigin.OS_LAYER, ErrorKind.TARGET_NOT_FOUND, message);
    }
}
