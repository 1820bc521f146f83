package io.memflow.host.made;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.HandleInfo;
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
import io.memflow.core.plugin.ConnectorProvider;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A system with processes that a test puts in; it counts how often it is closed. Confined. */
public final class StandInSystem implements OperatingSystem {
    private static final Provenance WHOLE = new Provenance(List.of("task-list"), List.of());

    private final MemoryView memory;
    private final List<MemoryRegion> regions;
    private final List<ProcessInfo> rows = new ArrayList<>();
    private final Map<Integer, List<HandleInfo>> handles = new HashMap<>();
    private int closed;

    /**
     * @param memory address space of every process
     * @param regions of every process
     */
    public StandInSystem(MemoryView memory, List<MemoryRegion> regions) {
        this.memory = memory;
        this.regions = List.copyOf(regions);
    }

    public StandInSystem process(int pid, String path, String... arguments) {
        return processSince(Duration.ofSeconds(pid), pid, path, arguments);
    }

    public StandInSystem processSince(Duration start, int pid, String path, String... arguments) {
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

    /** Gives a process open files of these names, and of one whose name cannot be read. */
    public StandInSystem holding(int pid, String... names) {
        List<HandleInfo> rows = new ArrayList<>();
        for (String name : names) {
            rows.add(handle(pid, rows.size(), name));
        }
        rows.add(handle(pid, rows.size(), null));
        handles.put(pid, rows);
        return this;
    }

    private static HandleInfo handle(int pid, int value, @Nullable String name) {
        return new HandleInfo(null, pid, value, HandleInfo.Kind.ANONYMOUS, name, null, null, null, null, WHOLE);
    }

    public static MemoryRegion region(long start, long end, String permissions, long inode) {
        return new MemoryRegion(start, end, permissions, 0, inode == 0 ? null : "/memfd:ram", inode, WHOLE);
    }

    /** Expects that a connector refuses this system with these words, and leaves it to the caller. */
    public void expectRefusal(ConnectorProvider connector, PluginArguments arguments, ErrorKind kind, String... words) {
        assertThatThrownBy(() -> connector.connect(arguments, Optional.of(this)))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(kind))
                .hasMessageContainingAll(words);
        assertThat(closed).as("left to the caller").isZero();
    }

    public int timesClosed() {
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
        public Listing<HandleInfo> handles() {
            return new Listing<>(handles.getOrDefault(info.pid(), List.of()), List.of());
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
