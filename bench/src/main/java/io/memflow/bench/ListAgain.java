package io.memflow.bench;

import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.Inventory;
import java.util.Arrays;
import java.util.List;

/** Times listing the processes of an image again and again in one JVM. */
public final class ListAgain {
    private static final int ROUNDS = 1000;
    private static final int WARM_UP = 200;
    private static final double NANOS_PER_MILLI = 1e6;

    private ListAgain() {}

    /**
     * Prints one line.
     *
     * @param arguments the image
     */
    public static void main(String[] arguments) {
        Inventory inventory = Inventory.load();
        try (OperatingSystem system = inventory.build(List.of(inventory.recognise(arguments[0])))) {
            long[] nanos = new long[ROUNDS];
            int processes = 0;
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                processes = system.processes().rows().size();
                nanos[round] = System.nanoTime() - start;
            }
            long first = nanos[0];
            long[] warm = Arrays.copyOfRange(nanos, WARM_UP, ROUNDS);
            Arrays.sort(warm);
            System.out.printf(
                    "%d processes: first list %.1f ms, later ones %.2f ms at best, %.2f ms in the middle, %.2f ms at worst%n",
                    processes,
                    first / NANOS_PER_MILLI,
                    warm[0] / NANOS_PER_MILLI,
                    warm[warm.length / 2] / NANOS_PER_MILLI,
                    warm[warm.length - 1] / NANOS_PER_MILLI);
        }
    }
}
