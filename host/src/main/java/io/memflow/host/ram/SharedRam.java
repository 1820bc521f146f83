package io.memflow.host.ram;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.process.HostMapping;
import io.memflow.host.process.ProcFs;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * RAM that QEMU shares through files or memfds, mapped into this process as well: no byte is copied, and writes of the
 * guest show at once. Stateless.
 */
public final class SharedRam {
    private SharedRam() {}

    /** A part of a piece that lies in one mapping of one file. */
    private record Extent(long physical, HostMapping mapping, long fileOffset, long length) {
        long fileEnd() {
            return fileOffset + length;
        }
    }

    /**
     * Maps all pieces.
     *
     * @param mappings of the QEMU process
     * @param access whether the bytes can be written too
     * @return empty when some piece is not shared, or its file cannot be opened by this user
     */
    @SuppressWarnings("MustBeClosedChecker") // The memory owns the arena; without one it is closed here.
    public static Optional<PhysicalMemory> open(
            ProcFs procFs,
            long pid,
            List<HostMapping> mappings,
            List<HostPiece> pieces,
            ViewProperties.Access access,
            String description,
            List<String> defects) {
        List<Extent> extents = new ArrayList<>();
        for (HostPiece piece : pieces) {
            if (!addExtents(piece, mappings, extents)) {
                return Optional.empty();
            }
        }
        Arena arena = Arena.ofShared();
        Optional<DirectMap> direct = map(procFs, pid, extents, access, arena);
        if (direct.isEmpty()) {
            arena.close();
        }
        return direct.map(map -> new MappedMemory(map, arena, access, description, defects));
    }

    /** Cuts a piece where the process' mappings end; says whether all of it is shared. */
    private static boolean addExtents(HostPiece piece, List<HostMapping> mappings, List<Extent> extents) {
        long done = 0;
        while (done < piece.length()) {
            long host = piece.host() + done;
            Optional<HostMapping> found = mappings.stream()
                    .filter(mapping -> Long.compareUnsigned(mapping.start(), host) <= 0
                            && Long.compareUnsigned(host, mapping.end()) < 0)
                    .findFirst();
            if (found.isEmpty() || !found.get().isSharedFile()) {
                return false;
            }
            HostMapping mapping = found.get();
            long run = Math.min(piece.length() - done, mapping.end() - host);
            long fileOffset = mapping.offset() + (host - mapping.start());
            extents.add(new Extent(piece.physical() + done, mapping, fileOffset, run));
            done += run;
        }
        return true;
    }

    private static Optional<DirectMap> map(
            ProcFs procFs, long pid, List<Extent> extents, ViewProperties.Access access, Arena arena) {
        Map<Long, Long> fileEnds = new HashMap<>();
        for (Extent extent : extents) {
            fileEnds.merge(extent.mapping().inode(), extent.fileEnd(), Math::max);
        }
        Map<Long, MemorySegment> segments = new HashMap<>();
        DirectMap.Builder direct = DirectMap.builder();
        for (Extent extent : extents) {
            long inode = extent.mapping().inode();
            if (!segments.containsKey(inode)) {
                Optional<MemorySegment> segment =
                        mapFile(procFs, pid, extent.mapping(), fileEnds.getOrDefault(inode, 0L), access, arena);
                if (segment.isEmpty()) {
                    return Optional.empty();
                }
                segments.put(inode, segment.get());
            }
            MemorySegment whole = segments.getOrDefault(inode, MemorySegment.NULL);
            direct.add(extent.physical(), whole, extent.fileOffset(), extent.length());
        }
        return Optional.of(direct.build());
    }

    /** The file from its start up to the last byte used; empty when it cannot be opened, or ended before that. */
    private static Optional<MemorySegment> mapFile(
            ProcFs procFs, long pid, HostMapping mapping, long end, ViewProperties.Access access, Arena arena) {
        Optional<FileChannel> opened = MappedFile.open(procFs, pid, mapping, access);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        FileChannel.MapMode mode = access == ViewProperties.Access.READ_WRITE
                ? FileChannel.MapMode.READ_WRITE
                : FileChannel.MapMode.READ_ONLY;
        try (FileChannel channel = opened.get()) {
            return channel.size() < end ? Optional.empty() : Optional.of(channel.map(mode, 0, end, arena));
        } catch (IOException notMappable) {
            return Optional.empty();
        }
    }
}
