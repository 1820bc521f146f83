package io.memflow.os.linux.discovery;

import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Notes each step of the discovery and the time it took. Confined. */
final class Steps {
    private final List<DiscoveryStep> done = new ArrayList<>();
    private long last = System.nanoTime();

    /** Notes a step that took all the time since the one before. */
    void add(String name, Confidence confidence, String finding) {
        add(name, confidence, finding, lap());
    }

    /** Notes a step whose time was taken when it ended, because its confidence came from a later one. */
    void add(String name, Confidence confidence, String finding, Duration took) {
        done.add(new DiscoveryStep(name, confidence, finding, took));
    }

    /** Ends a step; the next one begins. */
    Duration lap() {
        long now = System.nanoTime();
        Duration took = Duration.ofNanos(now - last);
        last = now;
        return took;
    }

    /** All steps, and behind them the one that did not come to its end. */
    List<DiscoveryStep> endedBy(String why) {
        add(unfinished(), Confidence.MISSING, why);
        return all();
    }

    /** The first step that was not noted, in the order they are taken. */
    private String unfinished() {
        for (String name : List.of("page tables", "kernel image", "version", "types")) {
            if (done.stream().noneMatch(step -> step.name().equals(name))) {
                return name.equals("kernel image") ? "kernel image and symbols" : name;
            }
        }
        return "kernel";
    }

    List<DiscoveryStep> all() {
        return List.copyOf(done);
    }
}
