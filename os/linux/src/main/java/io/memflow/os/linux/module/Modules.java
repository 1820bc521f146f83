package io.memflow.os.linux.module;

import io.memflow.core.address.Address;
import io.memflow.core.cache.Moments;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.evidence.Found;
import io.memflow.core.evidence.Roll;
import io.memflow.core.evidence.Sighting;
import io.memflow.core.evidence.Survey;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.structure.KernelList;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.linux.scan.SelfPointers;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Loaded kernel modules: from the list {@code modules} (kernel/module/main.c), the set that sysfs shows, and the tree of
 * their memory; when these are damaged or disagree, all memory is searched as well. Thread-safe.
 */
public final class Modules {
    /** What it is called in messages. */
    private static final String LIST = "modules";
    /** {@code ____cacheline_aligned}: of 64 bytes on the machines here, or more. */
    private static final long ALIGNMENT = 64;

    private static final String HIDDEN = "it is hidden, or was cut off";

    private final Kernel kernel;
    private final KernelList lists;
    private final OptionalLong head;
    private final ModuleFields fields;
    private final Optional<ModuleKset> kset;
    private final Optional<ModuleTree> tree;
    private final ModuleLinks links;
    private final WhenKnown<ModuleMemory> parts;

    public Modules(Kernel kernel) {
        this.kernel = kernel;
        lists = new KernelList(kernel.memory());
        head = kernel.find("modules");
        fields = new ModuleFields(kernel);
        kset = whereKnown(() -> new ModuleKset(kernel, fields));
        tree = whereKnown(() -> new ModuleTree(kernel, fields));
        links = new ModuleLinks(fields, kset, tree);
        parts = new WhenKnown<>(() -> ModuleMemory.of(kernel));
    }

    /** A structure whose members this kernel's types may lack. */
    private static <T> Optional<T> whereKnown(Supplier<T> structure) {
        try {
            return Optional.of(structure.get());
        } catch (MemflowException unknownPlace) {
            if (unknownPlace.kind() != ErrorKind.NOT_FOUND) {
                throw unknownPlace;
            }
            return Optional.empty();
        }
    }

    /** Rows in the kernel's order, newest module first; those that are not on its list come last. */
    public Listing<ModuleInfo> modules() {
        Found<ModuleSource> found =
                Found.settled(() -> look(List.of()), () -> Moments.renew(kernel.memory()), this::searched);
        List<ModuleInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(found.missing());
        for (Sighting<ModuleSource> sighting : found.sightings()) {
            try {
                if (isShown(sighting)) {
                    rows.add(row(sighting));
                }
            } catch (MemoryAccessException unreadable) {
                missing.add(new MissingPart("struct module", unreadable.getMessage()));
            }
        }
        return new Listing<>(rows, missing);
    }

    /** As {@link #look}, with what all memory holds. */
    private Found<ModuleSource> searched() {
        List<Long> scanned = new ArrayList<>();
        if (fields.self.isKnown()) {
            SelfPointers.visit(kernel.memory(), fields.self.in(0), ALIGNMENT, (module, _) -> scanned.add(module));
        }
        return look(scanned);
    }

    /** @param scanned what may be modules in all memory */
    private Found<ModuleSource> look(List<Long> scanned) {
        Survey<ModuleSource> survey = new Survey<>(fields::isModule, links);
        List<MissingPart> missing = new ArrayList<>();
        List<Roll> rolls = new ArrayList<>();
        KernelList.Entries list = list();
        add(survey, list, ModuleSource.MODULE_LIST, missing);
        rolls.add(roll(LIST, list, "is not on it", HIDDEN));
        tree.flatMap(ModuleTree::read).ifPresent(entries -> {
            add(survey, entries, ModuleSource.MODULE_TREE, missing);
            rolls.add(roll(ModuleTree.NAME, entries, "is not in it", HIDDEN));
        });
        kset.flatMap(set -> set.read(survey.sightings())).ifPresent(entries -> {
            add(survey, entries, ModuleSource.MODULE_KSET, missing);
            rolls.add(roll(ModuleKset.NAME, entries, "is not in it", HIDDEN));
        });
        survey.followLinks();
        scanned.forEach(module -> survey.add(module, ModuleSource.MEMORY_SCAN));
        survey.followLinks();
        List<Sighting<ModuleSource>> live = survey.sightings().stream()
                .filter(sighting -> fields.isLive(sighting.address()))
                .toList();
        rolls.forEach(roll -> missing.addAll(roll.lacking(live, this::describe)));
        survey.sightings().forEach(sighting -> addDisguised(sighting, missing));
        return new Found<>(survey.sightings(), missing);
    }

    private KernelList.Entries list() {
        if (head.isEmpty()) {
            return new KernelList.Entries(
                    List.of(),
                    List.of(new MissingPart(
                            LIST,
                            "this kernel names no data in its symbol table, and no list of modules was found by its"
                                    + " structure: either none is loaded, or the list is damaged")));
        }
        return lists.walk(head.getAsLong(), fields.list, LIST, fields::isModule);
    }

    private static void add(
            Survey<ModuleSource> survey, KernelList.Entries entries, ModuleSource source, List<MissingPart> missing) {
        entries.addresses().forEach(module -> survey.add(module, source));
        missing.addAll(entries.missing());
    }

    private static Roll roll(String name, KernelList.Entries entries, String absence, String reason) {
        return new Roll(name, new HashSet<>(entries.addresses()), Roll.State.of(entries.missing()), absence, reason);
    }

    private String describe(long module) {
        try {
            return "module " + fields.name(module);
        } catch (MemoryAccessException unreadable) {
            return "the module at " + Address.format(module);
        }
    }

    /** Whether {@code /proc/modules} shows it, or should: one that is being set up is in no set yet. */
    private boolean isShown(Sighting<ModuleSource> sighting) {
        return !fields.isUnformed(sighting.address()) || isInSet(sighting);
    }

    private static boolean isInSet(Sighting<ModuleSource> sighting) {
        return sighting.sources().contains(ModuleSource.MODULE_KSET);
    }

    private void addDisguised(Sighting<ModuleSource> sighting, List<MissingPart> missing) {
        long module = sighting.address();
        try {
            if (isInSet(sighting) && fields.isUnformed(module)) {
                missing.add(new MissingPart(
                        "state of " + describe(module),
                        "it says that it is not set up yet, but it is in sysfs: it is hidden"));
            }
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart("struct module", unreadable.getMessage()));
        }
    }

    private ModuleInfo row(Sighting<ModuleSource> sighting) {
        long module = sighting.address();
        FieldReader reader = new FieldReader();
        String name = fields.name(module);
        Long base = reader.read("base", () -> parts.get().base(module));
        Long size = reader.read("size", () -> parts.get().size(module));
        return new ModuleInfo(module, name, base, size, reader.provenance(sighting.sourceNames()));
    }
}
