package io.memflow.os.linux;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.Row;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.linux.discovery.DiscoveredKernel;
import io.memflow.os.linux.module.KernelSymbols;
import java.util.List;
import java.util.Optional;

/** A Linux machine whose kernel does not tell its types: its memory and symbols can be read, its lists cannot. Thread-safe. */
final class UntypedLinux implements OperatingSystem {
    private static final String WHY = "this kernel carries no type information (BTF), which says where its fields are";

    private final PhysicalMemory physical;
    private final DiscoveredKernel discovered;

    UntypedLinux(PhysicalMemory physical, DiscoveredKernel discovered) {
        this.physical = physical;
        this.discovered = discovered;
    }

    @Override
    public OsInfo info() {
        return discovered.info();
    }

    @Override
    public List<DiscoveryStep> discovery() {
        return discovered.steps();
    }

    @Override
    public PhysicalMemory physicalMemory() {
        return physical;
    }

    @Override
    public MemoryView kernelMemory() {
        return discovered.kernel().memory();
    }

    @Override
    public Listing<ProcessInfo> processes() {
        return absent("processes");
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return absent("threads");
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return absent("modules");
    }

    private static <R extends Row> Listing<R> absent(String list) {
        return new Listing<>(List.of(), List.of(new MissingPart(list, WHY)));
    }

    @Override
    public SymbolTable symbols() {
        return new KernelSymbols(discovered.kernel());
    }

    @Override
    public TypeTable types() {
        return discovered.kernel().layout().types();
    }

    /**
     * Whether there is such a process is not known.
     *
     * @throws MemflowException always
     */
    @Override
    public Optional<TargetProcess> process(int pid) {
        throw new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_SUPPORTED,
                "Processes cannot be found: %s. Its symbols and its memory can be read.".formatted(WHY));
    }

    @Override
    public void close() {
        physical.close();
    }
}
