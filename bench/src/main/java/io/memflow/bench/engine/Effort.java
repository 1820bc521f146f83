package io.memflow.bench.engine;

import java.time.Duration;
import java.util.List;

/**
 * How long to measure.
 *
 * @param rounds how often C and Java take turns on each row
 * @param samples measurements of each turn, of which the best counts
 * @param sample time of each
 * @param warmUps warm-up measurements of each turn on the Java side
 * @param warmUp time of each of them
 * @param mappings the ways to map the image
 */
record Effort(int rounds, int samples, Duration sample, int warmUps, Duration warmUp, List<Pages> mappings) {
    static final Effort QUICK = new Effort(1, 6, Duration.ofMillis(50), 2, Duration.ofMillis(300), List.of(Pages.FILE));
    static final Effort FULL =
            new Effort(3, 12, Duration.ofMillis(50), 4, Duration.ofMillis(300), List.of(Pages.FILE, Pages.HUGE));
}
