package io.memflow.cli.target;

import io.memflow.core.cpu.CpuPause;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ChainObserver;
import io.memflow.core.plugin.ChainStep;

/** Pauses the first memory that is opened. Confined. */
final class Pausing implements ChainObserver {
    private final ChainObserver next;
    private boolean paused;

    Pausing(ChainObserver next) {
        this.next = next;
    }

    @Override
    public void opening(ChainStep step, int number) {
        next.opening(step, number);
    }

    @Override
    public void opened(PhysicalMemory memory) {
        if (!paused) {
            // The pause ends with the memory.
            CpuPause _ = Processors.of(memory).pause();
            paused = true;
        }
        next.opened(memory);
    }

    @Override
    public void opened(OperatingSystem system) {
        next.opened(system);
    }
}
