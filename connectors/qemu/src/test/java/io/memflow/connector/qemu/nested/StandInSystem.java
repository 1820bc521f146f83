package io.memflow.connector.qemu.nested;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A system with processes that a test puts in; it counts how often it is closed. Confined. */
final class StandInSystem implements OperatingSystem {
    private static final Provenance WHOLE = new Provenance(List.of("task-list"), List.of());

    private final MemoryView memory;
    private final List<MemoryRegion> regions;
    private final List<ProcessInfo> rows = new ArrayList<>();
    private int closed;

    /**
     * @param memory address space of every process
     * @param regions of every process
     */
    StandInSystem(MemoryView memory, List<MemoryRegion> regions) {
        this.memory = memory;
        this.regions = List.copyOf(regions);
    }

    StandInSystem process(int pid, String path, String... arguments) {
        return processSince(Duration.ofSeconds(pid), pid, path, arguments);
    }

    StandInSystem processSince(Duration start, int pid, String path, String... arguments) {
        rows.removeIf(row -> row.pid() == pid);
        rows.add(new ProcessInfo(
                null,
                pid,
                1,
                path.substring(path.lastIndexOf('/') + 1),
                ProcessInfo.Kind.USER,
                TaskState.SLEEPING,
                null,
                1,
                path,
                List.of(arguments),
                null,
                start,
                null,
                WHOLE));
        return this;
    }

    static MemoryRegion region(long start, long end, String permissions, long inode) {
        return new MemoryRegion(start, end, permissions, 0, inode == 0 ? null : "/memfd:ram", inode, WHOLE);
    }

    int timesClosed() {
        return closed;
    }

    @Override
    public OsInfo info() {
        return new OsInfo("linux", "Linux version 6.1", "x86-64", null, null, null, null, null, null);
    }

    @Override
    public List<DiscoveryStep> discovery() {
        return List.of();
    }

    @Override
    public Optional<PhysicalMemory> physicalMemory() {
        return Optional.empty();
    }

    @Override
    public MemoryView kernelMemory() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Listing<ProcessInfo> processes() {
        return new Listing<>(rows, List.of());
    }

    @Override
    public Listing<ThreadInfo> threads() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Listing<ModuleInfo> modules() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SymbolTable symbols() {
        throw new UnsupportedOperationException();
    }

    @Override
    public TypeTable types() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<TargetProcess> process(int pid) {
        return rows.stream().filter(row -> row.pid() == pid).findFirst().map(StandInProcess::new);
    }

    @Override
    public void close() {
        closed++;
    }

    private final class StandInProcess implements TargetProcess {
        private final ProcessInfo info;

        StandInProcess(ProcessInfo info) {
            this.info = info;
        }

        @Override
        public ProcessInfo info() {
            return info;
        }

        @Override
        public MemoryView memory() {
            return memory;
        }

        @Override
        public Listing<MemoryRegion> regions() {
            return new Listing<>(regions, List.of());
        }

        @Override
        public Listing<ThreadInfo> threads() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<EnvironmentVariable> environment() {
            throw new UnsupportedOperationException();
        }
    }
}
