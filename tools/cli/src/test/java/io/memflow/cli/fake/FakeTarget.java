package io.memflow.cli.fake;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.Credentials;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.EnclosingSystem;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.Row;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.AvailableTarget;
import io.memflow.core.plugin.ConnectorProvider;
import io.memflow.core.plugin.Inventory;
import io.memflow.core.plugin.OsProvider;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.view.WrappedMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One target that a test builds up; everything is whole until the test says otherwise. */
public final class FakeTarget {
    public static final Provenance WHOLE = new Provenance(List.of("task-list"), List.of());

    private final List<ProcessInfo> processes = new ArrayList<>();
    private final List<ThreadInfo> threads = new ArrayList<>();
    private final List<ModuleInfo> modules = new ArrayList<>();
    private final List<MemoryRegion> regions = new ArrayList<>();
    private final List<EnvironmentVariable> environment = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final List<DiscoveryStep> steps = new ArrayList<>();
    private final List<Row> others = new ArrayList<>();
    private final List<MissingPart> missing = new ArrayList<>();
    private final List<String> defects = new ArrayList<>();
    private final List<AddressRange> holes = new ArrayList<>();
    private final List<AvailableTarget> available = new ArrayList<>();
    private final List<PluginArguments> connections = new ArrayList<>();
    private Optional<FakeProcessors> processors = Optional.empty();
    private Optional<FakeMemory> opened = Optional.empty();

    public static Provenance lacking(String what, String why) {
        return new Provenance(List.of("task-list"), List.of(new MissingPart(what, why)));
    }

    public FakeTarget process(int pid, String name, String... arguments) {
        return add(new ProcessInfo(
                0xffff88800123c000L,
                pid,
                pid == 1 ? 0 : 1,
                name,
                ProcessInfo.Kind.USER,
                TaskState.SLEEPING,
                new Credentials(1000, 100, 1001, 101),
                2,
                "/bin/" + name,
                List.of(arguments),
                Instant.parse("2026-11-23T13:50:01.250Z"),
                Duration.ofMillis(1500),
                0x3c7a000L,
                WHOLE));
    }

    /** A process of which nothing but its id could be read. */
    public FakeTarget damagedProcess(int pid, Provenance provenance) {
        return add(new ProcessInfo(
                0xffff88800123d000L,
                pid,
                null,
                null,
                ProcessInfo.Kind.USER,
                TaskState.UNKNOWN,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                null,
                provenance));
    }

    public FakeTarget add(ProcessInfo process) {
        processes.add(process);
        return this;
    }

    public FakeTarget thread(int pid, int tid, String name) {
        threads.add(new ThreadInfo(0xffff888001200000L + tid, pid, tid, name, TaskState.RUNNING, WHOLE));
        return this;
    }

    public FakeTarget add(ModuleInfo module) {
        modules.add(module);
        return this;
    }

    public FakeTarget add(MemoryRegion region) {
        regions.add(region);
        return this;
    }

    /** A row of a kind that has no method of its own here. */
    public FakeTarget row(Row row) {
        others.add(row);
        return this;
    }

    public FakeTarget variable(String name, String value) {
        environment.add(new EnvironmentVariable(name, value));
        return this;
    }

    public FakeTarget add(Symbol symbol) {
        symbols.add(symbol);
        return this;
    }

    public FakeTarget add(DiscoveryStep step) {
        steps.add(step);
        return this;
    }

    /** Every list lacks this part. */
    public FakeTarget missing(String what, String why) {
        missing.add(new MissingPart(what, why));
        return this;
    }

    public FakeTarget defect(String sentence) {
        defects.add(sentence);
        return this;
    }

    /** Something the connector says it could open. */
    public FakeTarget available(AvailableTarget target) {
        available.add(target);
        return this;
    }

    /** A running machine, whose processors these are. */
    public FakeTarget processors(FakeProcessors itsProcessors) {
        processors = Optional.of(itsProcessors);
        return this;
    }

    /** Physical memory that cannot be read. */
    public FakeTarget hole(long start, long length) {
        holes.add(new AddressRange(start, length));
        return this;
    }

    /** What the connector was asked for, in order. */
    public List<PluginArguments> connections() {
        return connections;
    }

    /** How often the memory that was opened last was closed. */
    public int closings() {
        return opened.orElseThrow().closings();
    }

    /** A connector {@code fake} that recognises {@code image} and an OS layer {@code toy}. */
    public Inventory inventory() {
        return new Inventory(List.of(new Connector()), List.of(new Layer()));
    }

    private final class Connector implements ConnectorProvider {
        @Override
        public String name() {
            return "fake";
        }

        @Override
        public String summary() {
            return "memory made up by a test";
        }

        @Override
        public List<ArgumentDescription> arguments() {
            return List.of(new ArgumentDescription("base", "an address"));
        }

        @Override
        public boolean recognises(String target) {
            return target.equals("image") || target.equals("text");
        }

        @Override
        public List<AvailableTarget> targets() {
            return available;
        }

        @Override
        public PhysicalMemory connect(PluginArguments arguments, Optional<OperatingSystem> input) {
            var _ = arguments.address("base");
            connections.add(arguments);
            FakeMemory memory = new FakeMemory(AddressKind.PHYSICAL, holes, defects, processors);
            opened = Optional.of(memory);
            return input.<PhysicalMemory>map(outer -> new InnerMemory(memory, outer))
                    .orElse(memory);
        }
    }

    /** Memory that is reached through another target. */
    private static final class InnerMemory extends WrappedMemory {
        private final OperatingSystem outer;

        InnerMemory(PhysicalMemory memory, OperatingSystem outer) {
            super(memory, memory);
            this.outer = outer;
        }

        @Override
        public <C> Optional<C> capability(Class<C> type) {
            return type == EnclosingSystem.class
                    ? Optional.of(type.cast(new EnclosingSystem(outer)))
                    : super.capability(type);
        }

        @Override
        public void close() {
            super.close();
            outer.close();
        }
    }

    private final class Layer implements OsProvider {
        @Override
        public String name() {
            return "toy";
        }

        @Override
        public String summary() {
            return "a system made up by a test";
        }

        @Override
        public List<ArgumentDescription> arguments() {
            return List.of();
        }

        @Override
        public OperatingSystem open(PhysicalMemory memory, PluginArguments arguments) {
            if (connections.getLast().target().equals(Optional.of("text"))) {
                throw new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.TARGET_NOT_FOUND,
                        "No toy system in \u001b[2Jthe memory; try another image.");
            }
            return new FakeSystem(
                    Optional.of(memory),
                    steps,
                    new Listing<>(processes, missing),
                    new Listing<>(threads, missing),
                    new Listing<>(modules, missing),
                    new Listing<>(regions, missing),
                    environment,
                    symbols,
                    new FakeRows(others, missing));
        }
    }
}
