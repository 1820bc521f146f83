package io.memflow.bench.windows;

import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;

/** Times discovery, the list of processes and all modules of all processes, in one JVM. */
public final class WindowsBench {
    private static final int DISCOVERIES = 7;
    private static final int LISTS = 1000;
    private static final int MODULE_LISTS = 12;
    private static final double NANOS_PER_MILLI = 1e6;

    private WindowsBench() {}

    /**
     * Prints three lines.
     *
     * @param arguments the image
     */
    public static void main(String[] arguments) {
        List<ChainStep> chain = List.of(
                ChainParser.parse(ChainStep.Kind.CONNECTOR, "dump:" + arguments[0]),
                ChainParser.parse(ChainStep.Kind.OS, "windows"));
        Inventory inventory = Inventory.load();
        time("discovery", "kernels", DISCOVERIES, () -> {
            try (OperatingSystem _ = inventory.build(chain)) {
                return 1;
            }
        });
        try (OperatingSystem system = inventory.build(chain)) {
            time(
                    "list of processes",
                    "processes",
                    LISTS,
                    () -> system.processes().rows().size());
            time("modules of all processes", "modules", MODULE_LISTS, () -> modules(system));
        }
    }

    private static int modules(OperatingSystem system) {
        int count = 0;
        for (ProcessInfo process : system.processes().rows()) {
            count += system.process(process).modules().rows().size();
        }
        return count;
    }

    private static void time(String name, String what, int rounds, IntSupplier work) {
        long[] nanos = new long[rounds];
        int rows = 0;
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            rows = work.getAsInt();
            nanos[round] = System.nanoTime() - start;
        }
        long first = nanos[0];
        long[] later = Arrays.copyOfRange(nanos, 1, rounds);
        Arrays.sort(later);
        System.out.printf(
                Locale.ROOT,
                "%-26s %,8d %-10s first %8.1f ms, then %8.2f ms at best, %8.2f ms in the middle%n",
                name,
                rows,
                what,
                first / NANOS_PER_MILLI,
                later[0] / NANOS_PER_MILLI,
                later[later.length / 2] / NANOS_PER_MILLI);
    }
}
