package io.memflow.cli.demo;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.Palette;
import io.memflow.cli.output.Table;
import io.memflow.cli.output.Units;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Times the stages of the demo, and sums them up at the end. Confined. */
final class Stages {
    private final Table summary = new Table(List.of(Column.left("STAGE"), Column.right("TIME")));
    private final long start = System.nanoTime();

    /** Carries out one stage. */
    <T> T time(String stage, Supplier<T> work) {
        long begin = System.nanoTime();
        T result = work.get();
        add(stage, Duration.ofNanos(System.nanoTime() - begin));
        return result;
    }

    /** Adds a stage that was timed elsewhere. */
    void add(String stage, Duration took) {
        summary.add(List.of(stage, Units.time(took)), Palette.Emphasis.NONE);
    }

    /** Prints each stage with its time, and the time since the beginning. */
    void print(Writer out, Palette palette) throws IOException {
        summary.add(List.of("all", Units.time(Duration.ofNanos(System.nanoTime() - start))), Palette.Emphasis.TITLE);
        summary.print(out, palette);
    }
}
