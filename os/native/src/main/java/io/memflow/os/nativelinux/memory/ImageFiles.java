package io.memflow.os.nativelinux.memory;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MemoryRegion;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files that processes have mapped. Thread-safe.
 *
 * @param roots where they are found
 */
public record ImageFiles(Roots roots) {
    /**
     * The file of a region: by its link in {@code /proc/PID/map_files}, which leads there even when it was deleted, or
     * where this user may not follow that, by its path in the process' own root when it is still the same file.
     *
     * @return null when this user cannot reach it
     */
    public @Nullable MemoryView open(int pid, MemoryRegion region) {
        String path = region.file();
        if (path == null || !path.startsWith("/")) {
            return null;
        }
        Path directory = roots.process(pid);
        String place = Long.toHexString(region.start()) + "-" + Long.toHexString(region.end());
        Path own = directory.resolve("map_files").resolve(place);
        Path seen = directory.resolve("root").resolve(path.substring(1));
        if (hasInode(own, region.inode())) {
            return new FileView(own);
        }
        return hasInode(seen, region.inode()) ? new FileView(seen) : null;
    }

    private static boolean hasInode(Path file, long inode) {
        try {
            return KernelFile.attributes(file, "ino").get("ino") instanceof Long number && number == inode;
        } catch (MemflowException notReachable) {
            return false;
        }
    }
}
