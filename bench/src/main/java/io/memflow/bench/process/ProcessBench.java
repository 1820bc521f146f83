package io.memflow.bench.process;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Reads of a process that the C program fills with known bytes: by that program and through the OS layer native, in turns,
 * the best of each. Both checksums must agree.
 */
public final class ProcessBench {
    private static final int SAMPLES = 30;
    private static final int SAMPLE_MILLIS = 120;
    private static final int WARM_UP = 12;
    private static final long MEBIBYTES = 256;
    private static final double TARGET = 0.9;

    private ProcessBench() {}

    /** A row of the table. */
    private record Row(String title, ProcessReads.Kind kind, int list, boolean rate) {}

    private static final List<Row> ROWS = List.of(
            new Row("8 bytes scattered, 1024 in a list", ProcessReads.Kind.SCATTER, 1024, true),
            new Row("8 bytes scattered, 64 in a list", ProcessReads.Kind.SCATTER, 64, true),
            new Row("pages scattered, 1024 in a list", ProcessReads.Kind.PAGES, 1024, false),
            new Row("one run of 4 MiB", ProcessReads.Kind.RUN, 1024, false));

    /**
     * Prints the table.
     *
     * @param words the compiled process.c
     */
    public static void main(String[] words) throws IOException, InterruptedException {
        String program = words[0];
        Process target = new ProcessBuilder(program, "target", Long.toString(MEBIBYTES))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OperatingSystem system = Inventory.load().build(List.of(ChainParser.parse(ChainStep.Kind.OS, "native")))) {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(target.getInputStream(), StandardCharsets.UTF_8));
            String[] place = String.valueOf(out.readLine()).split(" ", -1);
            MemoryView memory =
                    system.process(Integer.parseInt(place[0])).orElseThrow().memory();
            System.out.printf(
                    "%-40s %12s %12s %6s  %s%n", "memory of a process", "ours", "C", "ratio", "target >= 0.9 x C");
            for (Row row : ROWS) {
                measure(program, place, memory, row);
            }
        } finally {
            target.destroy();
        }
    }

    private static void measure(String program, String[] place, MemoryView memory, Row row)
            throws IOException, InterruptedException {
        try (Arena arena = Arena.ofConfined()) {
            compare(
                    program,
                    place,
                    row,
                    new ProcessReads(arena, memory, row.kind, Long.parseLong(place[1]), MEBIBYTES << 20, row.list));
        }
    }

    private static void compare(String program, String[] place, Row row, ProcessReads reads)
            throws IOException, InterruptedException {
        for (int i = 0; i < WARM_UP; i++) {
            var _ = reads.sample(SAMPLE_MILLIS);
        }
        double ours = Double.MAX_VALUE;
        double theirs = Double.MAX_VALUE;
        for (int i = 0; i < SAMPLES; i++) {
            ProcessReads.Outcome java = reads.sample(SAMPLE_MILLIS);
            ProcessReads.Outcome c = reference(program, place, row);
            if (java.checksum() != c.checksum()) {
                throw new IllegalStateException("%s: the checksums differ".formatted(row.title));
            }
            ours = Math.min(ours, java.nanos());
            theirs = Math.min(theirs, c.nanos());
        }
        double ratio = theirs / ours;
        System.out.printf(
                "%-40s %12s %12s %6.2f  %s%n",
                row.title, figure(row, ours), figure(row, theirs), ratio, ratio >= TARGET ? "yes" : "NO");
    }

    private static String figure(Row row, double nanos) {
        return row.rate ? "%.2f M/s".formatted(1e3 / nanos) : "%.2f GB/s".formatted(row.kind.item() / nanos);
    }

    private static ProcessReads.Outcome reference(String program, String[] place, Row row)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        program,
                        row.kind.name().toLowerCase(Locale.ROOT),
                        place[0],
                        place[1],
                        Long.toString(MEBIBYTES),
                        Integer.toString(row.list),
                        Integer.toString(SAMPLE_MILLIS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String[] words = output.strip().split(" ", -1);
        if (process.waitFor() != 0 || words.length != 2) {
            throw new IOException("the C program ended on %s: %s".formatted(row.title, output));
        }
        return new ProcessReads.Outcome(Double.parseDouble(words[0]), Long.parseUnsignedLong(words[1]));
    }
}
