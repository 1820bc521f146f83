package io.memflow.bench;

import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.plugin.Inventory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Times each list of an image, of all its processes, in one JVM: the first time and when the JVM is warm. */
public final class EveryList {
    private static final int ROUNDS = 12;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final Map<String, ToIntFunction<OperatingSystem>> LISTS = lists();

    private EveryList() {}

    /**
     * Prints one line for each list, and their sum.
     *
     * @param arguments the image
     */
    public static void main(String[] arguments) {
        Inventory inventory = Inventory.load();
        long[] first = new long[LISTS.size()];
        long[] best = new long[LISTS.size()];
        int[] rows = new int[LISTS.size()];
        for (int round = 0; round < ROUNDS; round++) {
            try (OperatingSystem system = inventory.build(List.of(inventory.recognise(arguments[0])))) {
                int list = 0;
                for (ToIntFunction<OperatingSystem> read : LISTS.values()) {
                    long start = System.nanoTime();
                    rows[list] = read.applyAsInt(system);
                    long nanos = System.nanoTime() - start;
                    first[list] = round == 0 ? nanos : first[list];
                    best[list] = round == 0 ? nanos : Math.min(best[list], nanos);
                    list++;
                }
            }
        }
        int list = 0;
        for (String name : LISTS.keySet()) {
            print(name, rows[list], first[list], best[list]);
            list++;
        }
        print("all of them", sum(rows), sum(first), sum(best));
    }

    private static Map<String, ToIntFunction<OperatingSystem>> lists() {
        Map<String, ToIntFunction<OperatingSystem>> lists = new LinkedHashMap<>();
        lists.put("processes", system -> size(system.processes()));
        lists.put("threads", system -> size(system.threads()));
        lists.put("regions", system -> ofEach(system, process -> size(process.regions())));
        lists.put(
                "environment",
                system -> ofEach(system, process -> process.environment().size()));
        lists.put("open files", system -> size(system.handles()));
        lists.put("places", system -> size(system.places()));
        lists.put("namespaces, capabilities", system -> size(system.details()));
        lists.put("sockets", system -> size(system.sockets()));
        lists.put("mounts", system -> size(system.mounts()));
        lists.put("kernel log", system -> size(system.log()));
        lists.put("interfaces", system -> size(system.interfaces()));
        lists.put("machine", system -> size(system.machine()));
        lists.put("modules", system -> size(system.modules()));
        return lists;
    }

    private static int ofEach(OperatingSystem system, ToIntFunction<TargetProcess> read) {
        int sum = 0;
        for (ProcessInfo process : system.processes().rows()) {
            sum += read.applyAsInt(system.process(process));
        }
        return sum;
    }

    private static int size(Listing<?> listing) {
        return listing.rows().size();
    }

    private static int sum(int[] numbers) {
        return Arrays.stream(numbers).sum();
    }

    private static long sum(long[] numbers) {
        return Arrays.stream(numbers).sum();
    }

    private static void print(String name, int rows, long first, long best) {
        System.out.printf(
                "%-26s %,8d rows %8.1f ms first %8.1f ms best of %d%n",
                name, rows, first / NANOS_PER_MILLI, best / NANOS_PER_MILLI, ROUNDS);
    }
}
