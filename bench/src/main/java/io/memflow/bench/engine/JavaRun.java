package io.memflow.bench.engine;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs one row of the Java side in a JVM of its own, by JMH. */
final class JavaRun {
    private JavaRun() {}

    /**
     * What one run found.
     *
     * @param nanos best time per item, by the row's clock
     * @param allocated bytes per item that the measuring thread allocated, least of all samples
     * @param harnessAllocated what JMH says of the same: {@code gc.alloc.rate.norm}, of all threads
     */
    record Outcome(double nanos, double allocated, double harnessAllocated) {}

    @SuppressWarnings("rawtypes") // JMH's own signature.
    static Outcome run(Row.JavaSide java, Pages pages, Effort effort, String image, String layout)
            throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + java.benchmark().getName().replace(".", "\\.") + "\\.")
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(1)
                .threads(1)
                .warmupIterations(effort.warmUps())
                .warmupTime(TimeValue.milliseconds(effort.warmUp().toMillis()))
                .measurementIterations(effort.samples())
                .measurementTime(TimeValue.milliseconds(effort.sample().toMillis()))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                // Xbatch: compiled code is waited for, so that a busy machine does not have us measure the interpreter.
                .jvmArgsAppend(
                        "-Xbatch",
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-D" + Machine.IMAGE + "=" + image,
                        "-D" + Machine.LAYOUT + "=" + layout)
                .param("pages", pages.name());
        for (Map.Entry<String, String> parameter : java.parameters().entrySet()) {
            options.param(parameter.getKey(), parameter.getValue());
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        double nanos = Double.MAX_VALUE;
        double allocated = Double.MAX_VALUE;
        double harness = Double.MAX_VALUE;
        for (RunResult result : results) {
            for (BenchmarkResult fork : result.getBenchmarkResults()) {
                for (IterationResult sample : fork.getIterationResults()) {
                    double wall = sample.getPrimaryResult().getScore();
                    Map<String, Result> more = sample.getSecondaryResults();
                    double share = score(more, "cpuNanos") / score(more, "wallNanos");
                    double time = java.clock() == Row.Clock.WALL ? wall : wall * share;
                    nanos = Math.min(nanos, time / java.items());
                    double operations = score(more, "wallNanos") / wall;
                    allocated = Math.min(allocated, score(more, "allocatedBytes") / operations / java.items());
                    harness = Math.min(harness, score(more, "gc.alloc.rate.norm") / java.items());
                }
            }
        }
        return new Outcome(nanos, allocated, harness);
    }

    @SuppressWarnings("rawtypes") // JMH's own signature.
    private static double score(Map<String, Result> results, String name) {
        return results.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(name))
                .mapToDouble(entry -> entry.getValue().getScore())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("JMH reports no " + name + ": " + results.keySet()));
    }
}
