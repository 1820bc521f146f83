package io.memflow.core.os;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One mounted file system, or in Windows' words one volume with a place in the name space.
 *
 * @param address virtual address of the kernel's own object; null from a system that does not show it
 * @param namespace number of the mount namespace it is in; null when there is none or it could not be read
 * @param id its number; null when it could not be read
 * @param parentId number of the mount it lies on, its own for the topmost
 * @param device major and minor number as {@code 8:1}
 * @param root which directory of the file system is mounted
 * @param mountPoint where it is mounted
 * @param type the file system's type, with its subtype behind a dot
 * @param source what is mounted, as it was named when it was
 * @param options of the mount, {@code ro} or {@code rw} first
 * @param propagation how mounts below it spread, such as {@code shared:2} and {@code master:1}
 * @param fileSystemOptions of the file system as a whole, without those only its own driver knows
 */
public record MountInfo(
        @Nullable Long address,
        @Nullable Long namespace,
        @Nullable Integer id,
        @Nullable Integer parentId,
        @Nullable String device,
        @Nullable String root,
        @Nullable String mountPoint,
        @Nullable String type,
        @Nullable String source,
        List<String> options,
        List<String> propagation,
        List<String> fileSystemOptions,
        Provenance provenance)
        implements Row {
    public MountInfo {
        options = List.copyOf(options);
        propagation = List.copyOf(propagation);
        fileSystemOptions = List.copyOf(fileSystemOptions);
    }
}
