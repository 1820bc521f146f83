package io.memflow.cli.target;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import java.util.List;
import java.util.Optional;

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
    record Chain(List<ChainStep> written) implements TargetSource {
        public Chain {
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
     * @throws io.memflow.core.error.MemflowException when it cannot be opened or holds no known system
     */
    default OperatingSystem openSystem(Inventory inventory) {
        return inventory.build(steps(inventory));
    }

    /**
     * Opens its physical memory without looking for an operating system on it.
     *
     * @throws io.memflow.core.error.MemflowException when it cannot be opened
     */
    default PhysicalMemory openMemory(Inventory inventory) {
        List<ChainStep> steps = steps(inventory);
        boolean endsInSystem = steps.getLast().kind() == ChainStep.Kind.OS;
        int last = steps.size() - (endsInSystem ? 2 : 1);
        if (last < 0) {
            // A chain of one OS step: let the inventory say what is wrong with it.
            return inventory.build(steps).physicalMemory();
        }
        Optional<OperatingSystem> below =
                last == 0 ? Optional.empty() : Optional.of(inventory.build(steps.subList(0, last)));
        return inventory.connect(steps.get(last), below);
    }
}
