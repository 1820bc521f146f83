package io.memflow.os.windows.module;

import io.memflow.core.error.MemflowException;
import io.memflow.core.evidence.Found;
import io.memflow.core.evidence.Roll;
import io.memflow.core.evidence.Survey;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.structure.KernelList;
import io.memflow.os.windows.structure.UnicodeString;
import io.memflow.os.windows.structure.UserLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * What the loader inside a process has loaded ({@code PEB_LDR_DATA}): three lists of the same modules, so that one that is
 * damaged, or that a module was taken from, loses nothing. Works on any address space with a {@code PEB}. Thread-safe.
 */
public final class LoaderLists {
    private static final int PAGE_BYTES = 4096;

    private final MemoryView memory;
    private final UserLayout layout;
    private final KernelList lists;

    /**
     * @param memory the process' address space
     * @param layout that of its program: a 64-bit process of a 32-bit program has loaders of both
     */
    public LoaderLists(MemoryView memory, UserLayout layout) {
        this.memory = memory;
        this.layout = layout;
        lists = new KernelList(memory, layout.width());
    }

    /**
     * The modules, in the order they were loaded.
     *
     * @param peb virtual address of the {@code PEB}
     */
    public Listing<ModuleInfo> modules(long peb) {
        long loader;
        try {
            loader = memory.readPointer(peb + layout.peb().loader(), layout.width());
        } catch (MemflowException unreadable) {
            return Listing.absent("PEB", String.valueOf(unreadable.getMessage()));
        }
        if (loader == 0) {
            // The process has not begun to run yet.
            return new Listing<>(List.of(), List.of());
        }
        Found<ModuleSource> found = find(loader);
        List<ModuleInfo> rows = new ArrayList<>();
        found.sightings().forEach(sighting -> rows.add(row(sighting.address(), sighting.sourceNames())));
        return new Listing<>(rows, found.missing());
    }

    private Found<ModuleSource> find(long loader) {
        Survey<ModuleSource> survey = new Survey<>(this::isEntry, (entry, all) -> {});
        List<MissingPart> missing = new ArrayList<>();
        KernelList.Entries load =
                walk(loader + layout.loader().loadOrder(), layout.entry().loadOrder(), "InLoadOrderModuleList");
        KernelList.Entries memoryOrder =
                walk(loader + layout.loader().memoryOrder(), layout.entry().memoryOrder(), "InMemoryOrderModuleList");
        KernelList.Entries initialization = walk(
                loader + layout.loader().initializationOrder(),
                layout.entry().initializationOrder(),
                "InInitializationOrderModuleList");
        add(survey, load, ModuleSource.LOAD_ORDER, missing);
        add(survey, memoryOrder, ModuleSource.MEMORY_ORDER, missing);
        add(survey, initialization, ModuleSource.INITIALIZATION_ORDER, missing);
        for (Roll roll : List.of(roll("InLoadOrderModuleList", load), roll("InMemoryOrderModuleList", memoryOrder))) {
            missing.addAll(roll.lacking(survey.sightings(), this::describe));
        }
        return new Found<>(survey.sightings(), missing);
    }

    private static void add(
            Survey<ModuleSource> survey, KernelList.Entries list, ModuleSource source, List<MissingPart> missing) {
        missing.addAll(list.missing());
        list.addresses().forEach(entry -> survey.add(entry, source));
    }

    private KernelList.Entries walk(long head, long link, String name) {
        return lists.walk(head, link, name, this::isEntry);
    }

    private static Roll roll(String name, KernelList.Entries list) {
        return new Roll(
                name,
                new HashSet<>(list.addresses()),
                Roll.State.of(list.missing()),
                "is not on it",
                "it was unlinked, or is being loaded");
    }

    private boolean isEntry(long entry) {
        try {
            long base = base(entry);
            return base != 0 && base % PAGE_BYTES == 0;
        } catch (MemflowException unreadable) {
            return false;
        }
    }

    private long base(long entry) {
        return memory.readPointer(entry + layout.entry().base(), layout.width());
    }

    private String describe(long entry) {
        String name = new FieldReader()
                .readOr("BaseDllName", "", () -> text(entry + layout.entry().baseName()));
        return "module " + name;
    }

    private String text(long address) {
        return UnicodeString.read(memory, address, layout.width());
    }

    private ModuleInfo row(long entry, List<String> sources) {
        FieldReader fields = new FieldReader();
        String path =
                fields.read("FullDllName", () -> text(entry + layout.entry().fullName()));
        String last = path == null ? "" : path.substring(path.lastIndexOf('\\') + 1);
        String name = fields.readOr(
                "BaseDllName", last, () -> text(entry + layout.entry().baseName()));
        return new ModuleInfo(
                entry,
                name,
                path,
                fields.read("DllBase", () -> base(entry)),
                fields.read(
                        "SizeOfImage",
                        () -> memory.readUnsigned(entry + layout.entry().size(), Integer.BYTES)),
                fields.provenance(sources));
    }
}
