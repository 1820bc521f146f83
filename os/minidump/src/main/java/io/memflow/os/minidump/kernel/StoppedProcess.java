package io.memflow.os.minidump.kernel;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
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
 * The process that ran when the system stopped. Thread-safe.
 *
 * @param info its row
 * @param threads its threads, as far as they are known
 * @param memory what the dump has of memory, the kernel's above all
 */
record StoppedProcess(ProcessInfo info, Listing<ThreadInfo> threads, MemoryView memory) implements TargetProcess {
    private static final String NOT_HELD = "a triage dump does not hold what the kernel keeps of a process' own memory";

    @Override
    public Listing<MemoryRegion> regions() {
        return Listing.absent("regions", NOT_HELD);
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return Listing.absent("modules", NOT_HELD);
    }

    @Override
    public List<EnvironmentVariable> environment() {
        if (info.kind() == ProcessInfo.Kind.KERNEL) {
            return List.of();
        }
        throw new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_SUPPORTED,
                "The environment of process %d cannot be read: %s.".formatted(info.pid(), NOT_HELD));
    }
}
