package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * One loaded module, of the kernel or of a process: a driver, a program, a shared library.
 *
 * @param address virtual address of the structure that describes it; its first byte where the system keeps none for it;
 *     null from a system that shows neither
 * @param path the file it was loaded from, as the process' mount namespace or the system shows it; null when it has none
 *     or it is not known
 * @param base virtual address of its first byte; null when it could not be read
 * @param size bytes it occupies, all its sections together; null when it could not be read
 * @param presence whether it is still there
 */
public record ModuleInfo(
        @Nullable Long address,
        String name,
        @Nullable String path,
        @Nullable Long base,
        @Nullable Long size,
        Presence presence,
        Provenance provenance)
        implements Row {
    public ModuleInfo {
        path = path != null && path.isEmpty() ? null : path;
    }

    /** Whether a module is still there. */
    public enum Presence {
        LOADED,
        /** It was taken out; the system keeps where it had been. Other things may lie there since. */
        UNLOADED
    }

    /** A module that is loaded. */
    public ModuleInfo(
            @Nullable Long address,
            String name,
            @Nullable String path,
            @Nullable Long base,
            @Nullable Long size,
            Provenance provenance) {
        this(address, name, path, base, size, Presence.LOADED, provenance);
    }

    /** A module whose file the system does not keep. */
    public ModuleInfo(
            @Nullable Long address, String name, @Nullable Long base, @Nullable Long size, Provenance provenance) {
        this(address, name, null, base, size, provenance);
    }
}
