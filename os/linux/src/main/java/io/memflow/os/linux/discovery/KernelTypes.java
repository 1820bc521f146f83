package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.symbol.NoTypes;
import io.memflow.core.symbol.TypeTable;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.btf.Btf;
import io.memflow.os.linux.landmark.CoreData;
import io.memflow.os.linux.landmark.HiddenData;
import io.memflow.os.linux.landmark.ImageWords;
import io.memflow.os.linux.learn.CompletedTypes;
import io.memflow.os.linux.learn.Learner;
import io.memflow.os.linux.profile.KernelProfile;
import io.memflow.os.linux.profile.LayeredTypes;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelVersion;
import io.memflow.os.linux.structure.Landmarks;
import io.memflow.os.linux.task.TaskEvidence;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Gives a kernel that was found its types, and the data that its symbols do not name: by BTF, by a file, or learned from
 * structure. Confined to one call.
 */
final class KernelTypes {
    private static final int COMM_BYTES = 16;
    /** Chance finds no process by wrong types, let alone several. */
    private static final int FEWEST_PROCESSES = 3;

    /** Data that no symbol names lies behind the code that is run once: zeroed data, and tables made at boot. */
    private static final long MOST_BEHIND_SYMBOLS = 8 << 20;

    private final DiscoverySteps steps;
    private final Optional<KernelProfile> profile;

    KernelTypes(DiscoverySteps steps, Optional<KernelProfile> profile) {
        this.steps = steps;
        this.profile = profile;
    }

    /** @throws MemflowException when types do not fit the kernel, or a file is of another one */
    Kernel kernel(LocatedKernel located, VirtualMemory view, KernelVersion version) {
        KernelImage image = located.candidate().image();
        Optional<Btf> own = TypeInformation.find(located.bytes().segment(), image, located.symbols());
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
                    describedProfile() + (ownIsWhole ? ", which agrees with the kernel's BTF" : ""),
                    "");
        }
        Kernel kernel = ownIsWhole
                ? typed(located, view, version, own.get(), "BTF", damage(own.get()))
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

    private static String damage(Btf types) {
        return types.lostTypes() == 0
                ? ""
                : "; damaged, %d of its %d types are lost".formatted(types.lostTypes(), types.typeCount());
    }

    private Kernel typed(
            LocatedKernel located,
            VirtualMemory view,
            KernelVersion version,
            TypeTable types,
            String source,
            String damage) {
        StructureLayout layout = new StructureLayout(types);
        Landmarks landmarks = landmarks(located, view, layout);
        Kernel kernel = new Kernel(view, located.symbols(), layout, version, located.facts(), landmarks);
        checkTypes(kernel, source, damage);
        return kernel;
    }

    /** A kernel without type information: what its structures hold shows where most members are. */
    private Kernel learned(LocatedKernel located, VirtualMemory view, KernelVersion version) {
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

    private static Optional<Learner.Learned> learn(LocatedKernel located, VirtualMemory view, KernelVersion version) {
        long base = located.candidate().image().virtualBase();
        MemorySegment bytes = located.bytes().segment();
        long[] last = {base};
        located.symbols().forEach(symbol -> {
            boolean inside = Long.compareUnsigned(symbol.address() - base, bytes.byteSize()) < 0;
            last[0] = inside && symbol.address() > last[0] ? symbol.address() : last[0];
        });
        // Where the image is part of the map of all memory, it ends with its data.
        long size = Math.min(bytes.byteSize(), last[0] - base + MOST_BEHIND_SYMBOLS);
        return Learner.learn(view, located.symbols(), version, bytes.asSlice(0, size), base);
    }

    /** Damage took names from the types: what they lack is learned. */
    private Kernel completed(LocatedKernel located, VirtualMemory view, KernelVersion version, Btf own) {
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

    /** Kernels without CONFIG_KALLSYMS_ALL name no data; a damaged symbol table may lack any. */
    private Landmarks landmarks(LocatedKernel located, VirtualMemory view, StructureLayout layout) {
        boolean namesData = located.symbols().address(KernelBanner.SYMBOL).isPresent()
                && located.symbols().defects().isEmpty();
        if (namesData && located.symbols().address("init_task").isPresent()) {
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
    private void checkTypes(Kernel kernel, String source, String damage) {
        String name = idleName(kernel);
        if (name.equals("swapper/0") || name.equals("swapper")) {
            steps.add(
                    "types",
                    damage.isEmpty() ? Confidence.CONFIRMED : Confidence.LIKELY,
                    "%s; init_task.comm at offset %d reads \"%s\"%s"
                            .formatted(source, kernel.layout().offset("task_struct", "comm"), name, damage));
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
                "%s; the idle task is not there or damaged, its name reads \"%s\", but %d processes fit%s"
                        .formatted(source, name, processes, damage));
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
