package io.memflow.os.minidump.process;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ModuleInfo.Presence;
import io.memflow.core.os.Provenance;
import io.memflow.formats.minidump.Minidump;
import io.memflow.formats.minidump.MinidumpModule;
import io.memflow.formats.minidump.UnloadedModule;
import java.util.ArrayList;
import java.util.List;

/** The modules that a minidump lists: those that were loaded, then those that had been unloaded. Stateless. */
final class ModuleRows {
    private static final Provenance LOADED = new Provenance(List.of("module-list"), List.of());
    private static final Provenance UNLOADED = new Provenance(List.of("unloaded-module-list"), List.of());

    private ModuleRows() {}

    /** All of them, in the dump's order. */
    static Listing<ModuleInfo> of(Minidump dump) {
        List<ModuleInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        try {
            for (MinidumpModule module : dump.modules()) {
                rows.add(row(module.path(), module.base(), module.bytes(), Presence.LOADED));
            }
        } catch (MemflowException damaged) {
            missing.add(new MissingPart("modules", String.valueOf(damaged.getMessage())));
        }
        try {
            for (UnloadedModule module : dump.unloadedModules()) {
                rows.add(row(module.path(), module.base(), module.bytes(), Presence.UNLOADED));
            }
        } catch (MemflowException damaged) {
            missing.add(new MissingPart("unloaded modules", String.valueOf(damaged.getMessage())));
        }
        return new Listing<>(rows, missing);
    }

    private static ModuleInfo row(String path, long base, long bytes, Presence presence) {
        return new ModuleInfo(
                null, name(path), path, base, bytes, presence, presence == Presence.LOADED ? LOADED : UNLOADED);
    }

    /** The last part of a path of Windows or of another system. */
    static String name(String path) {
        return path.substring(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
    }
}
