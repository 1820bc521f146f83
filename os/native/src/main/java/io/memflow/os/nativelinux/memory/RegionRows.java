package io.memflow.os.nativelinux.memory;

import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.Provenance;
import io.memflow.host.process.HostMapping;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Octal;
import io.memflow.os.nativelinux.proc.Roots;
import java.util.List;

/**
 * Regions of address spaces. Thread-safe.
 *
 * @param roots where they are read from
 */
public record RegionRows(Roots roots) {
    private static final Provenance FROM_MAPS = new Provenance(List.of("maps"), List.of());

    /**
     * The regions of a process, ascending.
     *
     * @throws io.memflow.core.error.MemflowException when this user may not see them, or it has ended
     */
    public Listing<MemoryRegion> regions(int pid) {
        List<MemoryRegion> rows = mappings(pid).stream()
                .map(mapping -> new MemoryRegion(
                        mapping.start(),
                        mapping.end(),
                        mapping.permissions(),
                        mapping.offset(),
                        mapping.path().isEmpty() ? null : Octal.unescape(mapping.path()),
                        mapping.inode(),
                        FROM_MAPS))
                .toList();
        return new Listing<>(rows, List.of());
    }

    /** The same, as the kernel lists them. */
    List<HostMapping> mappings(int pid) {
        return HostMapping.parseAll(KernelFile.text(roots.process(pid).resolve("maps")));
    }
}
