package io.memflow.os.minidump.process;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.formats.crashdump.CapturedMemory;
import io.memflow.formats.minidump.Minidump;
import io.memflow.formats.pe.PeModules;
import java.util.List;
import java.util.Optional;

/**
 * The process of a minidump. Thread-safe.
 *
 * @param info its row
 * @param dump the dump
 * @param threadRows its threads
 * @param captured its bytes, as far as the dump has them
 */
record DumpedProcess(ProcessInfo info, Minidump dump, ThreadRows threadRows, CapturedMemory captured)
        implements TargetProcess {
    @Override
    public MemoryView memory() {
        return captured;
    }

    @Override
    public Listing<MemoryRegion> regions() {
        return RegionRows.of(dump, captured, modules().rows());
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return threadRows.threads();
    }

    @Override
    public List<EnvironmentVariable> environment() {
        throw new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_SUPPORTED,
                "The environment of a process is not among what this layer reads of a minidump; it may be in its memory.");
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return ModuleRows.of(dump);
    }

    @Override
    public Listing<ModuleDetails> moduleDetails() {
        return ModuleIdentities.of(dump, modules(), captured);
    }

    @Override
    public Optional<TargetModule> module(String name) {
        return images().module(name);
    }

    private PeModules images() {
        return new PeModules(modules(), captured);
    }
}
