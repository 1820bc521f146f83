package io.memflow.os.windows.module;

import io.memflow.core.os.ModuleInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Modules of one address space by where they lie. Immutable. */
public final class ModuleMap {
    private final TreeMap<Long, ModuleInfo> byBase = new TreeMap<>(Long::compareUnsigned);
    private final Map<Long, ModuleInfo> byEntry = new HashMap<>();

    /** @param modules those without a first address are left out */
    public ModuleMap(List<ModuleInfo> modules) {
        for (ModuleInfo module : modules) {
            if (module.base() != null) {
                byBase.putIfAbsent(module.base(), module);
            }
            if (module.address() != null) {
                byEntry.putIfAbsent(module.address(), module);
            }
        }
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return byBase.isEmpty();
    }

    /** The module that an address lies in. */
    public Optional<ModuleInfo> at(long address) {
        Map.Entry<Long, ModuleInfo> below = byBase.floorEntry(address);
        if (below == null) {
            return Optional.empty();
        }
        Long size = below.getValue().size();
        return size != null && Long.compareUnsigned(address - below.getKey(), size) < 0
                ? Optional.of(below.getValue())
                : Optional.empty();
    }

    /**
     * The module that a structure describes.
     *
     * @param entry virtual address of its {@code KLDR_DATA_TABLE_ENTRY}
     */
    public Optional<ModuleInfo> entry(long entry) {
        return Optional.ofNullable(byEntry.get(entry));
    }
}
