package io.memflow.os.windows.module;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.Provenance;
import io.memflow.os.windows.structure.UserLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The modules of one process: what its loaders say, joined with the regions that map images. One that only one of the two
 * knows is a row too, and named. Thread-safe.
 */
public final class ProcessModules {
    private final MemoryView memory;

    /** @param memory the process' address space */
    public ProcessModules(MemoryView memory) {
        this.memory = memory;
    }

    /**
     * A {@code PEB} of a process.
     *
     * @param layout that of the loader it leads to
     * @param address virtual address
     */
    public record LoaderPlace(UserLayout layout, long address) {}

    /**
     * All modules, ascending by address.
     *
     * @param places one {@code PEB}, and one more in a 64-bit process of a 32-bit program
     * @param regions the process' regions
     */
    public Listing<ModuleInfo> modules(List<LoaderPlace> places, Listing<MemoryRegion> regions) {
        List<MissingPart> missing = new ArrayList<>();
        Map<Long, ModuleInfo> byBase = new LinkedHashMap<>();
        List<ModuleInfo> nowhere = new ArrayList<>();
        for (LoaderPlace place : places) {
            Listing<ModuleInfo> loaded = new LoaderLists(memory, place.layout()).modules(place.address());
            missing.addAll(loaded.missing());
            for (ModuleInfo module : loaded.rows()) {
                if (module.base() == null) {
                    nowhere.add(module);
                } else {
                    // The program itself is on the lists of both loaders.
                    byBase.putIfAbsent(module.base(), module);
                }
            }
        }
        compare(byBase, regions, missing);
        List<ModuleInfo> rows = new ArrayList<>(byBase.values());
        rows.sort(Comparator.comparing(row -> Objects.requireNonNull(row.base()), Long::compareUnsigned));
        rows.addAll(nowhere);
        return new Listing<>(rows, missing);
    }

    private static void compare(
            Map<Long, ModuleInfo> byBase, Listing<MemoryRegion> regions, List<MissingPart> missing) {
        Set<Long> listed = new HashSet<>(byBase.keySet());
        Set<Long> mapped = new HashSet<>();
        for (MemoryRegion region : regions.rows()) {
            MemoryRegion.Allocation allocation = region.allocation();
            if (allocation != null && allocation.kind() == MemoryRegion.Kind.IMAGE) {
                mapped.add(region.start());
                ModuleInfo known = byBase.get(region.start());
                if (known == null) {
                    ModuleInfo unlisted = ofRegion(region);
                    byBase.put(region.start(), unlisted);
                    missing.add(new MissingPart(
                            "loader's lists",
                            "%s at %s is mapped as an image and on none of them: it was unlinked, or is mapped as data"
                                    .formatted(unlisted.name(), Address.format(region.start()))));
                } else {
                    byBase.put(region.start(), withRegion(known));
                }
            }
        }
        if (!regions.missing().isEmpty() || mapped.isEmpty()) {
            // Regions that are not known cannot lack a module.
            missing.addAll(regions.missing());
            return;
        }
        for (long base : listed) {
            if (!mapped.contains(base)) {
                missing.add(new MissingPart(
                        "regions",
                        ("no region maps the image %s at %s, which the loader lists: it was written there, or its region"
                                        + " was hidden")
                                .formatted(name(byBase, base), Address.format(base))));
            }
        }
    }

    private static String name(Map<Long, ModuleInfo> byBase, long base) {
        return Objects.requireNonNull(byBase.get(base)).name();
    }

    private static ModuleInfo withRegion(ModuleInfo known) {
        List<String> sources = new ArrayList<>(known.provenance().sources());
        sources.add(ModuleSource.REGION.label());
        return new ModuleInfo(
                known.address(),
                known.name(),
                known.path(),
                known.base(),
                known.size(),
                new Provenance(sources, known.provenance().missing()));
    }

    private static ModuleInfo ofRegion(MemoryRegion region) {
        String file = region.file();
        String name = file == null
                ? "image at " + Address.format(region.start())
                : file.substring(file.lastIndexOf('\\') + 1);
        return new ModuleInfo(
                region.start(),
                name,
                file,
                region.start(),
                region.end() - region.start(),
                new Provenance(List.of(ModuleSource.REGION.label()), List.of()));
    }
}
