package io.memflow.cli.target;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
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
     * The same, of a machine that stands still from before it is looked at until it is closed. Of a chain that is the first
     * machine: those inside it stand still with it.
     *
     * @param moving the target as it was written
     */
    record Paused(TargetSource moving) implements TargetSource {
        @Override
        public List<ChainStep> steps(Inventory inventory) {
            return moving.steps(inventory);
        }

        @Override
        public OperatingSystem openSystem(Inventory inventory, ChainObserver observer) {
            OperatingSystem system = moving.openSystem(inventory, new Pausing(observer));
            if (system.physicalMemory().isEmpty()) {
                system.close();
                throw new MemflowException(
                        ErrorOrigin.PHYSICAL_MEMORY,
                        ErrorKind.NOT_SUPPORTED,
                        "This target is no machine that could be paused: leave --paused away.");
            }
            return system;
        }

        @Override
        public PhysicalMemory openMemory(Inventory inventory, ChainObserver observer) {
            return moving.openMemory(inventory, new Pausing(observer));
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
        return openMemory(inventory, ChainObserver.NONE);
    }

    /**
     * As {@link #openMemory(Inventory)}, and shows what is opened on the way.
     *
     * @throws MemflowException as the other
     */
    default PhysicalMemory openMemory(Inventory inventory, ChainObserver observer) {
        return new Chain(inventory, steps(inventory)).openMemory(observer);
    }
}
