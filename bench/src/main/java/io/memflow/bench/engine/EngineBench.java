package io.memflow.bench.engine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Measures every row, C and Java in turns, and prints the table. Both sides must find the same, row by
 * row: what is compared is the same work.
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
        OptionalLong found = row.java().isPresent() ? find(row.java().get()) : OptionalLong.empty();
        OptionalDouble c = OptionalDouble.empty();
        OptionalDouble ours = OptionalDouble.empty();
        OptionalDouble allocated = OptionalDouble.empty();
        OptionalDouble harness = OptionalDouble.empty();
        for (int round = 0; round < effort.rounds(); round++) {
            if (row.reference().isPresent()) {
                Reference.Outcome outcome = reference.run(row.reference().get(), pages, effort);
                c = least(c, outcome.nanos());
                if (found.isPresent() && found.getAsLong() != outcome.checksum()) {
                    throw new IllegalStateException("%s: the sides disagree, %x and %x in C"
                            .formatted(row.title(), found.getAsLong(), outcome.checksum()));
                }
            }
            if (row.java().isPresent()) {
                JavaRun.Outcome outcome = JavaRun.run(row.java().get(), pages, effort, image, layout);
                ours = least(ours, outcome.nanos());
                allocated = least(allocated, outcome.allocated());
                harness = least(harness, outcome.harnessAllocated());
            }
        }
        OptionalInt calls = row.reference().isEmpty() && found.isPresent()
                ? OptionalInt.of((int) found.getAsLong())
                : OptionalInt.empty();
        return new Measured(row, pages, c, ours, allocated, harness, calls);
    }

    private static OptionalDouble least(OptionalDouble before, double value) {
        return OptionalDouble.of(Math.min(before.orElse(value), value));
    }

    /** What our side finds; the number of calls to the source where there is no other side to compare it with. */
    private static OptionalLong find(Row.JavaSide java) throws IOException {
        Machine machine = new Machine();
        machine.pages = Pages.FILE;
        machine.open();
        try {
            Operation operation = java.fresh().get();
            operation.prepare(machine);
            return OptionalLong.of(operation.checksum(machine));
        } finally {
            machine.close();
        }
    }
}
