package io.memflow.cli.target;

import io.memflow.core.cpu.CpuPause;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
     * The same, of a machine that stands still from before it is looked at until it is closed.
     *
     * @param moving the target as it was written
     */
    record Paused(TargetSource moving) implements TargetSource {
        @Override
        public List<ChainStep> steps(Inventory inventory) {
            return moving.steps(inventory);
        }

        @Override
        public OperatingSystem openSystem(Inventory inventory, Consumer<PhysicalMemory> opened) {
            OperatingSystem system = moving.openSystem(inventory, memory -> {
                pause(memory);
                opened.accept(memory);
            });
            if (system.physicalMemory().isEmpty()) {
                system.close();
                throw noMemory();
            }
            return system;
        }

        @Override
        public PhysicalMemory openMemory(Inventory inventory) {
            PhysicalMemory memory = moving.openMemory(inventory);
            show(memory, Paused::pause);
            return memory;
        }

        /** The pause ends with the memory. */
        private static void pause(PhysicalMemory memory) {
            CpuPause _ = Processors.of(memory).pause();
        }
    }

    /**
     * Finds the operating system on it.
     *
     * @throws MemflowException when it cannot be opened or holds no known system; says first what is wrong with the
     *     source itself, because that is the likely cause
     */
    default OperatingSystem openSystem(Inventory inventory) {
        return openSystem(inventory, _ -> {});
    }

    /**
     * As {@link #openSystem(Inventory)}, and shows the memory once it is open, before a system is looked for on it; that of
     * a nested chain only when all is open. A system that needs no memory shows none.
     *
     * @throws MemflowException as the other
     */
    default OperatingSystem openSystem(Inventory inventory, Consumer<PhysicalMemory> opened) {
        List<ChainStep> steps = steps(inventory);
        if (!isPlain(steps)) {
            OperatingSystem system = inventory.build(steps);
            system.physicalMemory().ifPresent(memory -> show(memory, opened));
            return system;
        }
        PhysicalMemory memory = inventory.connect(steps.getFirst(), Optional.empty());
        show(memory, opened);
        List<String> defects = memory.defects();
        try {
            return steps.size() == 1 ? inventory.detect(memory) : inventory.open(steps.getLast(), memory);
        } catch (MemflowException notFound) {
            if (defects.isEmpty()) {
                throw notFound;
            }
            String message = String.join(" ", defects) + " " + notFound.getMessage();
            throw new MemflowException(notFound.origin(), notFound.kind(), message, notFound);
        }
    }

    /**
     * Opens its physical memory; of a chain that is not nested without looking for an operating system on it.
     *
     * @throws MemflowException when it cannot be opened
     */
    default PhysicalMemory openMemory(Inventory inventory) {
        List<ChainStep> steps = steps(inventory);
        if (isPlain(steps)) {
            return inventory.connect(steps.getFirst(), Optional.empty());
        }
        OperatingSystem system = inventory.build(steps);
        return system.physicalMemory().orElseThrow(() -> {
            system.close();
            return noMemory();
        });
    }

    private static MemflowException noMemory() {
        return new MemflowException(
                ErrorOrigin.PHYSICAL_MEMORY,
                ErrorKind.NOT_SUPPORTED,
                "This target has no physical memory to read; read from its kernel or from one of its processes.");
    }

    private static void show(PhysicalMemory memory, Consumer<PhysicalMemory> viewer) {
        try {
            viewer.accept(memory);
        } catch (RuntimeException refused) {
            memory.close();
            throw refused;
        }
    }

    /** One connector, and at most one OS on it: neither nested nor malformed. */
    private static boolean isPlain(List<ChainStep> steps) {
        boolean alternates = steps.getFirst().kind() == ChainStep.Kind.CONNECTOR
                && (steps.size() == 1 || steps.getLast().kind() == ChainStep.Kind.OS);
        return alternates && steps.size() <= 2;
    }
}
