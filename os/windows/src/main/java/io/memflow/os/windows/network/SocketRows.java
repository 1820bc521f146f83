package io.memflow.os.windows.network;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.SocketInfo;
import io.memflow.os.windows.network.PublishedSockets.Version;
import io.memflow.os.windows.pool.PoolBlock;
import io.memflow.os.windows.pool.PoolScan;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds the rows of sockets: the objects of {@code tcpip.sys}, found by the tags of their pool memory and read by published
 * layouts of the very build. Memory is read at each call. Thread-safe.
 */
public final class SocketRows {
    private static final String WHAT = "sockets";

    private final WindowsKernel kernel;
    private final PoolScan scan;
    private final List<Version> versions;

    /**
     * @throws MemflowException of kind NOT_FOUND when no layout is published for the kernel's build
     */
    public SocketRows(WindowsKernel kernel) {
        this.kernel = kernel;
        scan = new PoolScan(kernel);
        int build = kernel.version().build();
        versions = PublishedSockets.of(kernel.architecture().table(), build);
        if (versions.isEmpty()) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.NOT_FOUND,
                    kernel.version().isAtLeast(WindowsVersion.VISTA)
                            ? "Where tcpip.sys keeps sockets is not published for build %d on %s, and what is published for another build is not tried."
                                    .formatted(build, kernel.architecture().label())
                            : "Sockets of Windows before Vista are not read: where tcpip.sys keeps them differs with each of its updates.");
        }
    }

    /** What the blocks of one kind hold, by one layout. */
    private record Reading(SocketLayout layout, List<SocketInfo> rows) {
        /** Sockets that have a place: what only lacks everything agrees with any layout. */
        long bound() {
            return rows.stream().filter(row -> row.local() != null).count();
        }
    }

    /**
     * The sockets of these processes; those of processes that are not among them cannot be told from what was freed.
     *
     * @param processes rows of the kernel's process list
     */
    public Listing<SocketInfo> sockets(List<ProcessInfo> processes) {
        Map<Long, ProcessInfo> owners = new HashMap<>();
        processes.forEach(process -> {
            if (process.address() != null) {
                owners.put(process.address(), process);
            }
        });
        PoolScan.Result scanned = scan.find(SocketKind.tags());
        SocketReader reader = new SocketReader(kernel, owners);
        List<SocketInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        missing.add(new MissingPart(
                WHAT,
                "they are looked for by the tags of their pool memory alone, which may miss some and may show some that were"
                        + " closed already"));
        missing.addAll(scanned.missing());
        for (SocketKind kind : SocketKind.values()) {
            List<PoolBlock> blocks = scanned.blocks().stream()
                    .filter(block -> kind.has(block.tag()))
                    .toList();
            rows.addAll(rows(kind, blocks, reader, missing));
        }
        return new Listing<>(rows, missing);
    }

    /** The rows by the layout that most of the blocks agree with; none when several agree alike and differ. */
    private List<SocketInfo> rows(
            SocketKind kind, List<PoolBlock> blocks, SocketReader reader, List<MissingPart> missing) {
        List<Reading> readings = versions.stream()
                .map(version -> version.layout(kind))
                .distinct()
                .map(layout -> new Reading(layout, read(blocks, layout, reader)))
                .toList();
        long most = readings.stream().mapToLong(Reading::bound).max().orElse(0);
        List<List<SocketInfo>> best = readings.stream()
                .filter(reading -> reading.bound() == most)
                .map(Reading::rows)
                .distinct()
                .toList();
        if (most > 0 && best.size() > 1) {
            missing.add(new MissingPart(
                    "%s (%s)".formatted(WHAT, kind.word()),
                    "%d layouts are published for build %d, %d blocks agree with each of %d of them, and they say different things"
                            .formatted(readings.size(), kernel.version().build(), most, best.size())));
            return List.of();
        }
        return best.getFirst();
    }

    private static List<SocketInfo> read(List<PoolBlock> blocks, SocketLayout layout, SocketReader reader) {
        List<SocketInfo> rows = new ArrayList<>();
        blocks.forEach(block -> reader.read(block, layout).ifPresent(rows::add));
        return rows;
    }
}
