package io.memflow.os.dummy;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.core.synthetic.MachineArchitecture;
import io.memflow.core.synthetic.MachineTable;
import io.memflow.core.synthetic.MachineTableCodec;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A made-up machine, read from its memory. Thread-safe. */
final class DummySystem implements OperatingSystem {
    private final PhysicalMemory physical;
    private final Spaces spaces;
    private final OsInfo info;
    private final List<DiscoveryStep> steps;

    private DummySystem(PhysicalMemory physical, Spaces spaces, OsInfo info, List<DiscoveryStep> steps) {
        this.physical = physical;
        this.spaces = spaces;
        this.info = info;
        this.steps = steps;
    }

    static DummySystem open(PhysicalMemory physical) {
        long started = System.nanoTime();
        MachineTable table = MachineTableCodec.read(physical);
        MachineArchitecture architecture = MachineArchitecture.named(table.architecture());
        long read = System.nanoTime();
        Spaces spaces = new Spaces(physical, architecture);
        VirtualMemory kernel = spaces.kernel(table);
        Translation base = new Translation();
        if (!kernel.translate(table.kernelBase(), base)) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.TARGET_NOT_FOUND,
                    "The dummy machine's kernel does not lie where its table says (%s: %s); its page tables were overwritten."
                            .formatted(
                                    Address.format(table.kernelBase()),
                                    base.fault().text()));
        }
        OsInfo info = new OsInfo(
                "dummy",
                "dummy machine of seed " + Long.toUnsignedString(table.seed()),
                architecture.processor(),
                architecture.lower(),
                table.kernelBase(),
                base.physical(),
                table.kernelSize(),
                0L,
                table.root());
        List<DiscoveryStep> steps = List.of(
                new DiscoveryStep(
                        "machine table",
                        DiscoveryStep.Confidence.CONFIRMED,
                        "at the start of memory, checksum right, architecture " + architecture.name(),
                        Duration.ofNanos(read - started)),
                new DiscoveryStep(
                        "kernel page table",
                        DiscoveryStep.Confidence.CONFIRMED,
                        "translates the kernel's first byte",
                        Duration.ofNanos(System.nanoTime() - read)));
        return new DummySystem(physical, spaces, info, steps);
    }

    private MachineTable table() {
        return MachineTableCodec.read(physical);
    }

    @Override
    public OsInfo info() {
        return info;
    }

    @Override
    public List<DiscoveryStep> discovery() {
        return steps;
    }

    @Override
    public Optional<PhysicalMemory> physicalMemory() {
        return Optional.of(physical);
    }

    @Override
    public MemoryView kernelMemory() {
        return spaces.kernel(table());
    }

    @Override
    public Listing<ProcessInfo> processes() {
        return new DummyRows(table()).processes();
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return new DummyRows(table()).threads();
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return new DummyRows(table()).modules();
    }

    @Override
    public SymbolTable symbols() {
        return DummySymbols.of(table());
    }

    @Override
    public TypeTable types() {
        return new DummyTypes();
    }

    @Override
    public Optional<TargetProcess> process(int pid) {
        MachineTable table = table();
        DummyRows rows = new DummyRows(table);
        return rows.processes().rows().stream()
                .filter(info -> info.pid() == pid)
                .findFirst()
                .map(info -> new DummyProcess(info, rows, spaces.process(table, rows.row(pid))));
    }

    @Override
    public void close() {
        physical.close();
    }
}
