package io.memflow.bench.live;

import io.memflow.bench.SleepingGuest;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.Inventory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the memory of a guest that runs, and lists its processes, beside the same reads in C. Both sides take turns on the
 * same pages, often enough that both meet the host's quiet moments, and of each the fastest round counts.
 */
public final class LiveBench {
    private static final int TURNS = 20;
    private static final int ROUNDS = 50;
    private static final int PAGES = 8192;
    private static final int LISTS = 1000;
    private static final double WANTED_RATIO = 0.9;
    private static final double WANTED_MILLIS = 5;
    private static final double NANOS_PER_MILLI = 1e6;

    private LiveBench() {}

    /**
     * Prints the rows.
     *
     * @param arguments the C program
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path reference = Path.of(arguments[0]);
        Path list = Files.createTempFile("memflow-bench-", ".pages");
        try (SleepingGuest sleeping = SleepingGuest.boot()) {
            LiveGuest live = new LiveGuest(sleeping.guest());
            PageList pages = PageList.of(Files.size(live.ramFile()), PAGES);
            pages.write(list);
            String pid = Long.toString(sleeping.guest().pid());
            String host = "0x" + Long.toHexString(live.hostAddress());
            String rounds = Integer.toString(ROUNDS);
            compare(
                    "process_vm_readv, 512 scattered pages a call",
                    live,
                    "process",
                    pages,
                    List.of(reference.toString(), "vm", pid, host, list.toString(), rounds));
            compare(
                    "mapped RAM, 512 scattered pages a batch",
                    live,
                    "shared",
                    pages,
                    List.of(reference.toString(), "map", live.ramFile().toString(), list.toString(), rounds));
            refresh(live, "shared", LISTS);
            refresh(live, "process", LISTS);
        } finally {
            Files.delete(list);
        }
    }

    private static void compare(String title, LiveGuest live, String way, PageList pages, List<String> command)
            throws IOException, InterruptedException {
        long ours = Long.MAX_VALUE;
        long theirs = Long.MAX_VALUE;
        try (PhysicalMemory memory = live.connect(way);
                Arena buffers = Arena.ofConfined()) {
            for (int turn = 0; turn < TURNS; turn++) {
                ours = Math.min(ours, pages.read(memory, ROUNDS, buffers));
                theirs = Math.min(theirs, run(command));
            }
        }
        double ratio = (double) theirs / ours;
        System.out.printf(
                "%-52s %6.2f GB/s  C %6.2f GB/s  ratio %.2f, wanted >= %.1f: %s%n",
                title,
                (double) pages.bytes() / ours,
                (double) pages.bytes() / theirs,
                ratio,
                WANTED_RATIO,
                ratio >= WANTED_RATIO ? "met" : "MISSED");
    }

    private static long run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        if (process.waitFor() != 0) {
            throw new IOException("the C side failed: " + command);
        }
        return Long.parseLong(output.substring(0, output.indexOf(' ')));
    }

    private static void refresh(LiveGuest live, String way, int lists) {
        Inventory inventory = Inventory.load();
        try (PhysicalMemory memory = live.connect(way);
                OperatingSystem system = inventory.detect(memory)) {
            long[] nanos = new long[lists];
            int warmUp = lists / 3;
            int processes = 0;
            for (int i = 0; i < warmUp + lists; i++) {
                long start = System.nanoTime();
                processes = system.processes().rows().size();
                nanos[Math.max(0, i - warmUp)] = System.nanoTime() - start;
            }
            Arrays.sort(nanos);
            double middle = nanos[lists / 2] / NANOS_PER_MILLI;
            System.out.printf(
                    "%-52s %6.2f ms at best, %.2f ms in the middle, wanted <= %.0f ms: %s%n",
                    "list of %d processes again, %s"
                            .formatted(processes, way.equals("shared") ? "mapped RAM" : "process_vm_readv"),
                    nanos[0] / NANOS_PER_MILLI,
                    middle,
                    WANTED_MILLIS,
                    middle <= WANTED_MILLIS ? "met" : "MISSED");
        }
    }
}
