package io.memflow.os.windows.registry;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.RegistryHiveInfo;
import io.memflow.core.os.RegistryKeyInfo;
import io.memflow.formats.registry.BaseBlock;
import io.memflow.formats.registry.HiveKey;
import io.memflow.formats.registry.RegistryHive;
import io.memflow.os.windows.structure.UnicodeString;
import io.memflow.os.windows.structure.WindowsKernel;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A hive in a kernel's memory.
 *
 * @param info as a row
 * @param hive its keys; null when its base block or its map cannot be read
 */
record LoadedHive(RegistryHiveInfo info, @Nullable RegistryHive hive) {
    /** The key that all others are below; its hive has no file. */
    private static final String TOP = "\\REGISTRY";

    /** Reads hives of one kernel. */
    record Reader(WindowsKernel kernel, HiveLayout layout, MemoryView binMemory) {
        /**
         * Reads one.
         *
         * @param address virtual address of the {@code _CMHIVE}
         * @param mount where another hive says that it is mounted; null when none does
         */
        LoadedHive read(long address, List<String> sources, @Nullable String mount) {
            FieldReader fields = new FieldReader();
            BaseBlock base = fields.read("base block", () -> baseBlock(address));
            HiveMap map = fields.read("Storage", () -> new HiveMap(kernel, binMemory, layout, address));
            String file = fields.read("FileFullPath", () -> file(address));
            String root = fields.read("HiveRootPath", () -> root(address));
            String mounted = root == null ? mount : root;
            if (mounted == null && file == null && base != null && map != null && isTop(base, map)) {
                mounted = TOP;
            }
            RegistryHiveInfo info = new RegistryHiveInfo(
                    address,
                    mounted,
                    file,
                    base == null ? "" : base.fileName(),
                    map == null ? null : map.bytes(0),
                    map == null ? null : map.bytes(1),
                    base == null ? null : base.lastWritten(),
                    base == null ? null : base.isDirty(),
                    fields.provenance(sources));
            RegistryHive hive = base == null || map == null
                    ? null
                    : RegistryHive.of(base, map, mounted == null ? shortName(info) : mounted);
            return new LoadedHive(info, hive);
        }

        private BaseBlock baseBlock(long address) {
            long at = kernel.memory().readUnsigned(address + layout.baseBlock(), layout.pointerBytes());
            MemoryView memory = kernel.architecture().isKernelAddress(at) ? kernel.memory() : binMemory;
            return BaseBlock.parse(MemorySegment.ofArray(memory.readBytes(at, BaseBlock.BYTES)));
        }

        private @Nullable String file(long address) {
            String full = text(address + layout.fullPath());
            return full == null ? text(address + layout.userName()) : full;
        }

        private @Nullable String root(long address) {
            return layout.rootPath().isPresent()
                    ? text(address + layout.rootPath().getAsLong())
                    : null;
        }

        private @Nullable String text(long address) {
            String text = UnicodeString.read(
                    kernel.memory(), address, PointerWidth.of(kernel.memory().properties()));
            return text.isEmpty() ? null : text;
        }

        private static boolean isTop(BaseBlock base, HiveMap map) {
            try {
                return RegistryHive.of(base, map, "").root().name().equalsIgnoreCase("REGISTRY");
            } catch (MemflowException unreadable) {
                return false;
            }
        }
    }

    /** The last part of where it is mounted, else of its file's name, in capitals. */
    private static String shortName(RegistryHiveInfo info) {
        String path = info.root() != null ? info.root() : info.file() != null ? info.file() : info.name();
        return path.substring(path.lastIndexOf('\\') + 1).toUpperCase(Locale.ROOT);
    }

    String shortName() {
        return shortName(info);
    }

    /**
     * What of a path lies in this hive: the rest of it behind the hive's own name; empty when it does not.
     *
     * @param path from {@code \REGISTRY} or from a hive's short name on
     */
    Optional<String> rest(String path) {
        String root = info.root();
        Optional<String> behind = root == null ? Optional.empty() : behind(path, root);
        return behind.isPresent() ? behind : behind(path, shortName());
    }

    private static Optional<String> behind(String path, String start) {
        boolean isBelow = path.regionMatches(true, 0, start, 0, start.length())
                && (path.length() == start.length() || path.charAt(start.length()) == '\\');
        return isBelow && !start.isEmpty() ? Optional.of(path.substring(start.length())) : Optional.empty();
    }

    /** The keys where other hives are mounted. */
    List<HiveKey> mounts() {
        return hive == null
                ? List.of()
                : hive.root().descendants().rows().stream()
                        .filter(key -> key.kind() == RegistryKeyInfo.Kind.MOUNT)
                        .toList();
    }
}
