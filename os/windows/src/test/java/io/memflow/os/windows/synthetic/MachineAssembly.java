package io.memflow.os.windows.synthetic;

import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.windows.structure.Anchors;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Builds a machine from its options, part by part. Confined, for one machine. */
final class MachineAssembly {
    private static final int PAGE = SyntheticRam.PAGE;
    /** Where loaders put the first root: such as in the triage dump of 10 19041, and on older systems. */
    private static final long ROOT_TEN = 0x1A_D000;

    private static final long ROOT_64 = 0x18_7000;
    private static final long ROOT_PAE = 0x18_5000;
    private static final long ROOT_X86 = 0x3_9000;
    private static final int PAE_PAGES = 5;
    private static final long POOL_32 = 24 << 20;

    /** The lowest page that a program can have. */
    private static final long FIRST_USER_PAGE = 0x1_0000;

    private final SyntheticWindowsBuilder options;
    private final SyntheticRam ram;
    private final SyntheticTypes types;
    private final int pointer;
    private final SyntheticTables tables;
    private final KernelPlaces places;
    private final SyntheticSpace kernel;
    private final SyntheticWindows.SymbolFile pdb;
    private final KernelImage image;
    private final Machine machine;
    private final List<Long> roots = new ArrayList<>();

    MachineAssembly(SyntheticWindowsBuilder options, SyntheticRam ram) {
        this.options = options;
        this.ram = ram;
        types = SyntheticTypes.of(options.row);
        pointer = options.architecture.pointerBytes();
        tables = new SyntheticTables(ram, options.architecture, options.selfMap);
        places = KernelPlaces.of(options.architecture, types.build(), options.selfMap, options.seed);
        kernel = new SyntheticSpace(ram, tables, pointer, firstRoot(), null);
        pdb = options.symbolFile.orElseGet(this::symbolFile);
        image = new KernelImage(types, options.architecture, places.image(), pdb);
        machine = machine();
    }

    private long firstRoot() {
        long root = switch (options.architecture) {
            case X86 -> ROOT_X86;
            case X86_PAE -> ROOT_PAE;
            case X64, ARM64 -> types.build() >= WindowsVersion.TEN ? ROOT_TEN : ROOT_64;
        };
        int pages = options.architecture == WindowsArchitecture.X86_PAE ? PAE_PAGES : 1;
        ram.reserve(root, (long) pages * PAGE);
        return tables.firstRoot(root);
    }

    private SyntheticWindows.SymbolFile symbolFile() {
        SplittableRandom random = new SplittableRandom(options.seed ^ options.row.build() * 0x9E37L);
        String name = switch (options.architecture) {
            case X86 -> "ntoskrnl.pdb";
            case X86_PAE -> "ntkrnlpa.pdb";
            case X64, ARM64 -> "ntkrnlmp.pdb";
        };
        String guid = "%08X-%04X-%04X-%04X-%012X"
                .formatted(
                        random.nextInt(),
                        random.nextInt(0x1_0000),
                        random.nextInt(0x1_0000),
                        random.nextInt(0x1_0000),
                        random.nextLong(1L << 48));
        return new SyntheticWindows.SymbolFile(name, guid, random.nextInt(1, 3));
    }

    private Machine machine() {
        loadImage();
        long shared = ram.frame();
        kernel.map(places.shared(), shared, PageAccess.KERNEL_READ);
        // The first process has what every process has of the lower half, and a page of its own.
        kernel.map(UserPlaces.SHARED, shared, PageAccess.USER_READ);
        kernel.mapFresh(FIRST_USER_PAGE, PAGE, PageAccess.USER_WRITE);
        SharedData.write(kernel, places.shared(), SharedData.version(types.build()), systemRoot());
        if (pointer == Integer.BYTES) {
            tables.prepare(kernel.root(), places.nonPaged(), POOL_32);
            tables.prepare(kernel.root(), places.paged(), POOL_32);
            tables.prepare(kernel.root(), places.stacks(), POOL_32);
        }
        for (long place : new long[] {places.session(), places.cache(), places.firmware()}) {
            kernel.mapFresh(place, PAGE, PageAccess.KERNEL_WRITE);
        }
        KernelPool nonPaged = new KernelPool(kernel, KernelPool.Type.NON_PAGED, places.nonPaged());
        return new Machine(
                options,
                ram,
                tables,
                types,
                wow64Types(),
                places,
                kernel,
                nonPaged,
                new KernelPool(kernel, KernelPool.Type.PAGED, places.paged()),
                new KernelObjects(kernel, types, nonPaged, options.seed),
                new ImageCatalog(ram, options.architecture, types.build(), options.seed),
                shared);
    }

    private SyntheticTypes wow64Types() {
        return pointer == Integer.BYTES
                ? types
                : SyntheticTypes.of(PublishedTypes.nearest(WindowsArchitecture.X86, types.build())
                        .getLast());
    }

    private static String systemRoot() {
        return "C:\\Windows";
    }

    private void loadImage() {
        long large = tables.largePage();
        long start = image.base() & -large;
        long end = image.base() + image.size() + large - 1 & -large;
        if (options.kernelPages == KernelPages.LARGE) {
            long block = ram.block(Long.highestOneBit(end - start - 1) << 1);
            for (long at = start; at < end; at += large) {
                kernel.mapLarge(at, block + at - start);
            }
        } else {
            kernel.mapFresh(image.base(), image.size(), PageAccess.KERNEL_WRITE);
        }
        kernel.bytes(image.base(), image.bytes());
    }

    /** @param arena what the machine's memory lives in */
    SyntheticWindows assemble(Arena arena) {
        List<ProcessPlan> plans = ProcessPlans.of(options);
        Registries registries = registries(plans);
        List<SyntheticProcess> processes = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            ProcessPlan plan = plans.get(i);
            long userRoot = isShadowed(plan) ? ram.frame() : 0;
            processes.add(new ProcessAssembly(machine, plan, i, space(plan), userRoot).build(registries));
        }
        long cidTable = KernelVariables.writeIds(machine, image, processes, registries.handles());
        NamedObjects named = registries.named();
        DriverObjectAssembly objects = new DriverObjectAssembly(machine, named, image.entry());
        List<SyntheticDriver> drivers = DriverAssembly.build(machine, image, objects);
        kernel.pointer(image.address(KernelVariable.OBP_ROOT_DIRECTORY_OBJECT), named.root());
        List<SyntheticSocket> sockets = SocketAssembly.build(machine, processes);
        KernelVariables.write(machine, image, processes);
        long debuggerData = DebuggerData.write(machine, image);
        ProcessorBlock.write(
                machine, image, processes.getFirst().threads().getFirst().address());
        if (options.lowStub == LowStub.PRESENT && options.architecture == WindowsArchitecture.X64) {
            lowStub();
        }
        finishRoots(processes);
        MappedMemory memory = new MappedMemory(
                ram.map(), arena, ViewProperties.Access.READ_WRITE, "synthetic Windows " + options.row, List.of());
        Anchors anchors = new Anchors(
                processes.getFirst().address(),
                image.address(KernelVariable.PS_ACTIVE_PROCESS_HEAD),
                image.address(KernelVariable.PS_LOADED_MODULE_LIST),
                cidTable,
                debuggerData == 0 ? 0 : named.root(),
                debuggerData);
        return new SyntheticWindows(
                memory,
                kernel(memory, anchors),
                options.row,
                types.derived(),
                kernel.root(),
                options.selfMap,
                processes,
                drivers,
                new SyntheticObjects(
                        named.root(), objects.all(), named.assembly().all(), sockets),
                pdb,
                KernelVariables.addresses(image),
                Machine.NOW,
                systemRoot());
    }

    private Registries registries(List<ProcessPlan> plans) {
        long lastId = plans.stream().mapToLong(ProcessPlan::id).max().orElse(0);
        NamedObjects named = new NamedObjects(machine);
        List<Long> fileFrames = new ArrayList<>();
        for (int i = 0; i < PagedRegions.KEPT; i++) {
            long frame = ram.frame();
            ram.put(frame, Long.BYTES, i + 1L);
            fileFrames.add(frame);
        }
        return new Registries(
                new Sessions(machine),
                new ThreadPlaces(machine, lastId, image.entry() + 8 * PAGE),
                named,
                new MappedSections(machine, named),
                new HandleTables(machine),
                fileFrames);
    }

    /** Whether a process has a root for user mode; one that runs as an administrator has not. */
    private boolean isShadowed(ProcessPlan plan) {
        return options.userTables == UserTables.SHADOWED
                && options.architecture == WindowsArchitecture.X64
                && plan.hasUserSpace()
                && !plan.name().equals("services.exe");
    }

    private void finishRoots(List<SyntheticProcess> processes) {
        for (long root : roots) {
            tables.shareKernel(kernel.root(), root);
        }
        for (SyntheticProcess process : processes) {
            if (process.userRoot() != 0) {
                tables.shadow(process.root(), process.userRoot(), places.image());
            }
        }
    }

    private SyntheticSpace space(ProcessPlan plan) {
        if (plan.name().equals("System")) {
            return kernel;
        }
        long root = tables.newRoot();
        roots.add(root);
        return new SyntheticSpace(ram, tables, pointer, root, kernel);
    }

    /** {@code PROCESSOR_START_BLOCK}: a jump, where it leads in 64-bit mode, and the root. */
    private void lowStub() {
        long at = 0x1_3000;
        ram.put(at, Long.BYTES, 0x0000_0001_0006_00E9L);
        ram.put(at + 0x70, Long.BYTES, image.entry() & -4L);
        ram.put(at + 0xA0, Long.BYTES, kernel.root());
    }

    private WindowsKernel kernel(MappedMemory memory, Anchors anchors) {
        return new WindowsKernel(
                options.architecture,
                SharedData.version(types.build()),
                new VirtualMemory(memory, options.architecture.space(kernel.root())),
                image.symbols(),
                new StructureLayout(new PublishedTypes(types.built(), pointer, "by which it was built")),
                new WindowsKernel.Image(image.base(), image.size()),
                anchors);
    }
}
