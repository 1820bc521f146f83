package io.memflow.cli.target;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.Chain;
import io.memflow.core.plugin.ChainObserver;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import java.util.List;

/** What a command looks at. Immutable. */
public sealed interface TargetSource {
    /** The steps of the chain it stands for. */
    List<ChainStep> steps(Inventory inventory);

    /** A target written without a chain: a file, {@code connector:target}, or whatever a connector recognises. */
    record Friendly(String text) implements TargetSource {
        @Override
        public List<ChainStep> steps(Inventory inventory) {
            return List.of(inventory.recognise(text));
        }
    }

    /** A target written in full. */
    record Steps(List<ChainStep> written) implements TargetSource {
        public Steps {
            written = List.copyOf(written);
        }

        @Override
        public List<ChainStep> steps(Inventory inventory) {
            return written;
        }
    }

    /**
     * Finds the operating system on it.
     *
     * @throws MemflowException when it cannot be opened or holds no known system; says first what is wrong with the
     *     source itself, because that is the likely cause
     */
    default OperatingSystem openSystem(Inventory inventory) {
        return openSystem(inventory, ChainObserver.NONE);
    }

    /**
     * As {@link #openSystem(Inventory)}, and shows what is opened on the way.
     *
     * @throws MemflowException as the other
     */
    default OperatingSystem openSystem(Inventory inventory, ChainObserver observer) {
        return new Chain(inventory, steps(inventory)).openSystem(observer);
    }

    /**
     * Opens its physical memory, without looking for an operating system on it.
     *
     * @throws MemflowException when it cannot be opened, or the target has none
     */
    default PhysicalMemory openMemory(Inventory inventory) {
        return new Chain(inventory, steps(inventory)).openMemory(ChainObserver.NONE);
    }
}
