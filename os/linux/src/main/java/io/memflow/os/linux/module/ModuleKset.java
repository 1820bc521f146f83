package io.memflow.os.linux.module;

import io.memflow.core.evidence.Sighting;
import io.memflow.core.evidence.Survey;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The modules that {@code /sys/module} shows: {@code module_kset} is a list of {@code struct module_kobject}, those of
 * loaded modules and, without a module, those of built-in ones (kernel/params.c). Thread-safe.
 */
final class ModuleKset {
    /** What it is called in messages. */
    static final String NAME = "module_kset";

    private final KernelList lists;
    private final ModuleFields fields;
    private final OptionalLong variable;
    private final KernelField head;
    private final KernelField entry;
    private final KernelField set;
    private final KernelField module;
    private final long own;

    /** @throws io.memflow.core.error.MemflowException of kind NOT_FOUND when the kernel's types lack what is needed */
    ModuleKset(Kernel kernel, ModuleFields fields) {
        this.fields = fields;
        lists = new KernelList(kernel.memory());
        variable = kernel.find(NAME);
        head = kernel.field("kset", "list");
        entry = kernel.field("module_kobject", "kobj.entry");
        set = kernel.field("module_kobject", "kobj.kset");
        module = kernel.field("module_kobject", "mod");
        own = kernel.field("module", "mkobj").place().offset();
    }

    /**
     * All modules of the set, in the order they were loaded; empty where neither a symbol nor a module leads to it.
     *
     * @param known modules that were found otherwise: each leads to its set
     */
    Optional<KernelList.Entries> read(List<Sighting<ModuleSource>> known) {
        long kset = variable.isPresent() ? fields.pointer(variable.getAsLong()) : 0;
        kset = kset == 0 ? namedByMost(known) : kset;
        if (kset == 0) {
            return Optional.empty();
        }
        KernelList.Entries objects = lists.walk(head.at(kset), entry.place().offset(), NAME, this::isObject);
        List<Long> modules = new ArrayList<>();
        for (long object : objects.addresses()) {
            if (fields.pointer(module.at(object)) != 0) {
                modules.add(object - own);
            }
        }
        return Optional.of(new KernelList.Entries(modules, objects.missing()));
    }

    private long namedByMost(List<Sighting<ModuleSource>> known) {
        Map<Long, Integer> named = new HashMap<>();
        known.forEach(loaded -> named.merge(fields.pointer(set.at(loaded.address() + own)), 1, Integer::sum));
        return named.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(0L);
    }

    /** Whether there is an object of a module: that of a loaded one lies inside the module that it names. */
    private boolean isObject(long object) {
        try {
            long named = module.pointer(object);
            return named == 0 || named == object - own;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    /** Both neighbours of a module. */
    void addNeighbours(long loaded, Survey<ModuleSource> survey) {
        long link = entry.at(loaded + own);
        for (long at : new long[] {link, link + fields.word}) {
            long object = fields.pointer(at) - entry.place().offset();
            if (fields.pointer(module.at(object)) == object - own) {
                survey.add(object - own, ModuleSource.MODULE_KSET);
            }
        }
    }
}
