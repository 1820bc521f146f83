package io.memflow.core.plugin;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A chain: connectors and OS layers in turn, each on what the one before it gives. It begins with a connector, or with an
 * OS layer that needs no memory. What is opened owns all that is below it; when a step fails, everything that was opened
 * before it is closed. Immutable.
 *
 * @param inventory where its plugins are from
 */
public record Chain(Inventory inventory, List<ChainStep> steps) {
    /** A longer chain names the step that failed; in a shorter one there is no doubt. */
    private static final int PLAIN = 2;

    public Chain {
        steps = List.copyOf(steps);
    }

    /**
     * Opens the system it ends in. On a chain that ends in a connector that is whatever OS is found there.
     *
     * @throws MemflowException when it is empty or two steps of one kind follow each other, before anything is opened; or
     *     when a step fails, with what is known to be wrong with the memory below said first
     */
    public OperatingSystem openSystem(ChainObserver observer) {
        requireTurns();
        Ends ends = openAll(steps, observer);
        OperatingSystem system = ends.system;
        return system != null ? system : onMemory(ends, "", inventory::detect);
    }

    /**
     * Opens the memory it ends in, or that its last system would be looked for in, without looking for that system.
     *
     * @throws MemflowException as {@link #openSystem}, and when the chain is a system without memory
     */
    public PhysicalMemory openMemory(ChainObserver observer) {
        requireTurns();
        boolean endsInSystem = steps.getLast().kind() == ChainStep.Kind.OS;
        Ends ends = openAll(endsInSystem && steps.size() > 1 ? steps.subList(0, steps.size() - 1) : steps, observer);
        OperatingSystem system = ends.system;
        if (system == null) {
            return ends.memory();
        }
        return system.physicalMemory().orElseThrow(() -> {
            system.close();
            return new MemflowException(
                    ErrorOrigin.PHYSICAL_MEMORY,
                    ErrorKind.NOT_SUPPORTED,
                    "This target has no physical memory to read; read from its kernel or from one of its processes.");
        });
    }

    private void requireTurns() {
        if (steps.isEmpty()) {
            throw new MemflowException(
                    ErrorOrigin.INVENTORY, ErrorKind.CONFIGURATION, "The chain is empty: give a target, or -c and -o.");
        }
        for (int i = 1; i < steps.size(); i++) {
            if (steps.get(i).kind() == steps.get(i - 1).kind()) {
                throw new MemflowException(
                        ErrorOrigin.INVENTORY,
                        ErrorKind.CONFIGURATION,
                        "At step %d, \"%s\", behind \"%s\": a chain takes a connector (-c) and an OS (-o) in turn."
                                .formatted(i + 1, steps.get(i), steps.get(i - 1)));
            }
        }
    }

    /** What is on top so far: one of the two, or neither before the first step. */
    private record Ends(
            @Nullable PhysicalMemory connected, @Nullable OperatingSystem system) {
        PhysicalMemory memory() {
            if (connected == null) {
                throw new IllegalStateException("the chain ends in a system");
            }
            return connected;
        }

        void close() {
            if (connected != null) {
                connected.close();
            }
            if (system != null) {
                system.close();
            }
        }
    }

    private Ends openAll(List<ChainStep> wanted, ChainObserver observer) {
        Ends ends = new Ends(null, null);
        for (int i = 0; i < wanted.size(); i++) {
            ChainStep step = wanted.get(i);
            Ends below = ends;
            int number = i + 1;
            observe(below, () -> observer.opening(step, number));
            ends = open(step, number, below);
            boolean last = number == wanted.size();
            Ends top = ends;
            observe(top, () -> show(top, last, observer));
        }
        return ends;
    }

    private static void show(Ends top, boolean last, ChainObserver observer) {
        if (top.connected != null) {
            observer.opened(top.connected);
        } else if (top.system != null && !last) {
            observer.opened(top.system);
        }
    }

    /** An observer that fails must not leave anything open. */
    private static void observe(Ends open, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException failed) {
            open.close();
            throw failed;
        }
    }

    private Ends open(ChainStep step, int number, Ends below) {
        String place = steps.size() <= PLAIN ? "" : "At step %d, \"%s\": ".formatted(number, step);
        if (step.kind() == ChainStep.Kind.CONNECTOR) {
            return new Ends(connect(step, place, below.system), null);
        }
        if (below.connected != null) {
            return new Ends(null, onMemory(below, place, memory -> inventory.open(step, memory)));
        }
        try {
            return new Ends(null, inventory.open(step));
        } catch (MemflowException failed) {
            throw at(place, failed);
        }
    }

    /** The system below is closed when that fails. */
    private PhysicalMemory connect(ChainStep step, String place, @Nullable OperatingSystem below) {
        try {
            return inventory.connect(step, Optional.ofNullable(below));
        } catch (RuntimeException failed) {
            if (below != null) {
                below.close();
            }
            throw failed instanceof MemflowException known ? at(place, known) : failed;
        }
    }

    /** Opens a system on memory, which that closes when it fails. */
    @FunctionalInterface
    private interface Opening {
        OperatingSystem on(PhysicalMemory memory);
    }

    /** What is wrong with the memory itself is the likely cause of a failure. */
    private static OperatingSystem onMemory(Ends below, String place, Opening opening) {
        PhysicalMemory memory = below.memory();
        List<String> defects = memory.defects();
        try {
            return opening.on(memory);
        } catch (MemflowException notFound) {
            String before = place + (defects.isEmpty() ? "" : String.join(" ", defects) + " ");
            throw at(before, notFound);
        }
    }

    private static MemflowException at(String before, MemflowException failed) {
        return before.isEmpty()
                ? failed
                : new MemflowException(failed.origin(), failed.kind(), before + failed.getMessage(), failed);
    }
}
