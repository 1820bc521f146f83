package io.memflow.os.dummy;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import java.util.List;

/**
 * One process of a made-up machine. Has no environment: its memory holds known bytes and nothing else. Thread-safe.
 *
 * @param info as it was when it was looked up
 */
record DummyProcess(ProcessInfo info, DummyRows rows, MemoryView memory) implements TargetProcess {
    @Override
    public Listing<MemoryRegion> regions() {
        return rows.regions(info.pid());
    }

    /** One module: the process' program, which is all it has, from its first region to its last. */
    @Override
    public Listing<ModuleInfo> modules() {
        return rows.program(info);
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return rows.threads(info.pid());
    }

    @Override
    public List<EnvironmentVariable> environment() {
        return List.of();
    }
}
