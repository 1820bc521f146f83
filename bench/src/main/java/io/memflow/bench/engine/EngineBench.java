package io.memflow.bench.engine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Measures every row, C and Java in turns, and prints the table. First checks, row by row, that both sides find the same:
 * what is compared is the same work.
 */
public final class EngineBench {
    private final Reference reference;
    private final String image;
    private final String layout;
    private final Effort effort;

    private EngineBench(Path program, Path image, Path layout, Effort effort) {
        this.reference = new Reference(program, image, layout);
        this.image = image.toString();
        this.layout = layout.toString();
        this.effort = effort;
    }

    /**
     * Prints the table; writes the same as JSON.
     *
     * @param arguments the compiled reference, the image, its layout, the JSON file to write, {@code quick} or
     *     {@code full}, and then parts of the titles of the rows that are wanted, all when there are none
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, RunnerException {
        Path image = Path.of(arguments[1]);
        Path layout = Path.of(arguments[2]);
        Effort effort = arguments[4].equals("quick") ? Effort.QUICK : Effort.FULL;
        List<String> wanted = List.of(arguments).subList(5, arguments.length);
        System.setProperty(Machine.IMAGE, image.toString());
        System.setProperty(Machine.LAYOUT, layout.toString());
        List<Row> rows = Rows.all(Files.size(image)).stream()
                .filter(row -> wanted.isEmpty() || wanted.stream().anyMatch(row.title()::contains))
                .toList();
        List<Measured> all = new EngineBench(Path.of(arguments[0]), image, layout, effort).table(rows);
        String json = String.join(",\n  ", all.stream().map(Measured::json).toList());
        Files.writeString(Path.of(arguments[3]), "[\n  " + json + "\n]\n");
        long misses = all.stream().filter(row -> !row.isMet()).count();
        System.out.printf("load average %.1f; %d rows miss their target%n", load(), misses);
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private List<Measured> table(List<Row> rows) throws IOException, InterruptedException, RunnerException {
        System.out.printf(
                "%s %s, load average %.1f; best of %d samples of %d ms, in processor time of the measuring thread%n",
                System.getProperty("java.vm.name"),
                System.getProperty("java.vm.version"),
                load(),
                effort.rounds() * effort.samples(),
                effort.sample().toMillis());
        List<Measured> all = new ArrayList<>();
        for (Pages pages : effort.mappings()) {
            System.out.printf(
                    "%nimage in %s%n",
                    switch (pages) {
                        case FILE -> "a shared file, pages of 4 KiB";
                        case HUGE -> "anonymous memory, huge pages";
                    });
            System.out.print(Measured.HEAD);
            for (Row row : rows) {
                Measured measured = measure(row, pages);
                System.out.print(measured.line());
                all.add(measured);
            }
        }
        return all;
    }

    private Measured measure(Row row, Pages pages) throws IOException, InterruptedException, RunnerException {
        OptionalInt calls = check(row, pages);
        OptionalDouble c = OptionalDouble.empty();
        OptionalDouble ours = OptionalDouble.empty();
        OptionalDouble allocated = OptionalDouble.empty();
        OptionalDouble harness = OptionalDouble.empty();
        for (int round = 0; round < effort.rounds(); round++) {
            if (row.reference().isPresent()) {
                c = least(c, reference.run(row.reference().get(), pages, effort).nanos());
            }
            if (row.java().isPresent()) {
                JavaRun.Outcome outcome = JavaRun.run(row.java().get(), pages, effort, image, layout);
                ours = least(ours, outcome.nanos());
                allocated = least(allocated, outcome.allocated());
                harness = least(harness, outcome.harnessAllocated());
            }
        }
        return new Measured(row, pages, c, ours, allocated, harness, calls);
    }

    private static OptionalDouble least(OptionalDouble before, double value) {
        return OptionalDouble.of(Math.min(before.orElse(value), value));
    }

    /** Compares what both sides find; returns the calls to the source, where there is no other side. */
    private OptionalInt check(Row row, Pages pages) throws IOException, InterruptedException {
        if (row.java().isEmpty()) {
            return OptionalInt.empty();
        }
        Machine machine = new Machine();
        machine.pages = Pages.FILE;
        machine.open();
        try {
            Operation operation = row.java().get().fresh().get();
            operation.prepare(machine);
            long ours = operation.checksum(machine);
            if (row.reference().isEmpty()) {
                return OptionalInt.of((int) ours);
            }
            Effort once = new Effort(1, 1, Duration.ZERO, 0, Duration.ZERO, List.of(pages));
            long theirs = reference.run(row.reference().get(), Pages.FILE, once).checksum();
            if (ours != theirs) {
                throw new IllegalStateException(
                        "%s: the sides disagree, %x and %x in C".formatted(row.title(), ours, theirs));
            }
            return OptionalInt.empty();
        } finally {
            machine.close();
        }
    }
}
