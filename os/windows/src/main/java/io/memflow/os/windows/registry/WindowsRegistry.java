package io.memflow.os.windows.registry;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.evidence.Found;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.RegistryHiveInfo;
import io.memflow.core.os.RegistryKeyInfo;
import io.memflow.core.os.RegistryValueInfo;
import io.memflow.core.os.ServiceInfo;
import io.memflow.formats.registry.HiveKey;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The registry of a kernel that was found, read from its memory anew at each call. Blocks that are not in memory are named
 * with the cells they would hold. Thread-safe.
 */
public final class WindowsRegistry {
    private static final String MACHINE = "\\REGISTRY\\MACHINE";
    private static final String USER = "\\REGISTRY\\USER";
    private static final String SYSTEM = MACHINE + "\\SYSTEM";
    /** What people call parts of the registry (Microsoft, "Predefined keys"). */
    private static final Map<String, String> SHORT = Map.of(
            "HKLM", MACHINE,
            "HKEY_LOCAL_MACHINE", MACHINE,
            "HKU", USER,
            "HKEY_USERS", USER);

    private final WindowsKernel kernel;
    /** Kept once its head is found, which stays where it is. */
    private volatile @Nullable HiveList list;

    public WindowsRegistry(WindowsKernel kernel) {
        this.kernel = kernel;
    }

    /** The hives that are loaded, in the order of the kernel's list. */
    public Listing<RegistryHiveInfo> hives() {
        try {
            Loaded loaded = load();
            return new Listing<>(loaded.hives.stream().map(LoadedHive::info).toList(), loaded.missing);
        } catch (MemflowException unknown) {
            return Listing.absent("registry hives", String.valueOf(unknown.getMessage()));
        }
    }

    /**
     * The keys directly below a key.
     *
     * @param path from {@code \REGISTRY}, {@code HKLM} or a hive's name on, in any case of letters
     * @throws MemflowException of kind NOT_FOUND when there is no such key
     */
    public Listing<RegistryKeyInfo> keys(String path) {
        Listing<HiveKey> keys = key(path).subkeys();
        return new Listing<>(keys.rows().stream().map(HiveKey::info).toList(), keys.missing());
    }

    /**
     * The values of a key.
     *
     * @param path as in {@link #keys}
     * @throws MemflowException of kind NOT_FOUND when there is no such key
     */
    public Listing<RegistryValueInfo> values(String path) {
        return key(path).values();
    }

    /** Services and drivers of the set of settings that the machine runs with. */
    public Listing<ServiceInfo> services() {
        try {
            return Services.of(key(SYSTEM));
        } catch (MemflowException absent) {
            return Listing.absent("services", String.valueOf(absent.getMessage()));
        }
    }

    private HiveKey key(String path) {
        String full = full(path);
        Optional<LoadedHive> best = Optional.empty();
        for (LoadedHive hive : load().hives) {
            Optional<String> rest = hive.rest(full);
            // Of hives that lie in each other the innermost has the key.
            if (rest.isPresent()
                    && (best.isEmpty()
                            || rest.get().length()
                                    < best.get().rest(full).orElse("").length())) {
                best = Optional.of(hive);
            }
        }
        LoadedHive hive = best.orElseThrow(() -> absent(path, "no hive of that name is loaded"));
        if (hive.hive() == null) {
            throw absent(
                    path, "its hive cannot be read: " + hive.info().provenance().missing());
        }
        return hive.hive()
                .key(hive.rest(full).orElse(""))
                .orElseThrow(() -> absent(path, "the hive " + hive.shortName() + " has no such key"));
    }

    private static String full(String path) {
        int end = path.indexOf('\\', 1);
        String first = (end < 0 ? path : path.substring(0, end)).toUpperCase(Locale.ROOT);
        String known = SHORT.get(first);
        if (known != null) {
            return known + path.substring(first.length());
        }
        return path.toUpperCase(Locale.ROOT).startsWith("REGISTRY\\") ? "\\" + path : path;
    }

    private static MemflowException absent(String path, String why) {
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_FOUND,
                "The registry key \"%s\" is not found: %s; memflow registry without a key lists the hives."
                        .formatted(path, why));
    }

    private record Loaded(List<LoadedHive> hives, List<MissingPart> missing) {}

    private Loaded load() {
        HiveLayout layout = HiveLayout.of(kernel);
        LoadedHive.Reader reader = new LoadedHive.Reader(kernel, layout, binMemory(layout));
        Found<HiveSource> found = list(layout).find();
        List<LoadedHive> hives = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(found.missing());
        found.sightings().forEach(one -> hives.add(reader.read(one.address(), one.sourceNames(), null)));
        if (layout.rootPath().isEmpty()) {
            Map<Long, String> mounts = mounts(hives, missing);
            hives.clear();
            found.sightings()
                    .forEach(
                            one -> hives.add(reader.read(one.address(), one.sourceNames(), mounts.get(one.address()))));
        }
        return new Loaded(hives, missing);
    }

    private HiveList list(HiveLayout layout) {
        HiveList known = list;
        if (known == null) {
            known = new HiveList(kernel, layout);
            list = known.hasHead() ? known : null;
        }
        return known;
    }

    private MemoryView binMemory(HiveLayout layout) {
        return layout.entryForm() == HiveLayout.EntryForm.BIN_AND_OFFSET ? BinMemory.of(kernel) : kernel.memory();
    }

    /** Where hives are mounted, by their addresses, as the hive says that has the mounts. */
    private Map<Long, String> mounts(List<LoadedHive> hives, List<MissingPart> missing) {
        Map<Long, String> mounts = new HashMap<>();
        PointerWidth width = PointerWidth.of(kernel.memory().properties());
        for (LoadedHive hive : hives) {
            // Only the hive without a file has mounts.
            if (hive.info().file() == null && hive.info().root() != null) {
                try {
                    for (HiveKey key : hive.mounts()) {
                        key.mountedHive(width).ifPresent(address -> mounts.put(address, key.path()));
                    }
                } catch (MemflowException damaged) {
                    missing.add(new MissingPart("mounts of hives", String.valueOf(damaged.getMessage())));
                }
            }
        }
        return mounts;
    }
}
