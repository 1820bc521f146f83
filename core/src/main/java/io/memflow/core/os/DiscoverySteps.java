package io.memflow.core.os;

import io.memflow.core.os.DiscoveryStep.Confidence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Notes each step of a discovery and the time it took. Confined. */
public final class DiscoverySteps {
    private final String system;
    private final List<String> expected;
    private final List<DiscoveryStep> done = new ArrayList<>();
    private long last = System.nanoTime();

    /**
     * Begins to take the time.
     *
     * @param system what is looked for, which stands for a step that has no name of its own
     * @param expected names of the steps that must succeed, in the order they are taken
     */
    public DiscoverySteps(String system, List<String> expected) {
        this.system = system;
        this.expected = List.copyOf(expected);
    }

    /** Notes a step that took all the time since the one before. */
    public void add(String name, Confidence confidence, String finding) {
        add(name, confidence, finding, lap());
    }

    /** Notes a step whose time was taken when it ended, because its confidence came from a later one. */
    public void add(String name, Confidence confidence, String finding, Duration took) {
        done.add(new DiscoveryStep(name, confidence, finding, took));
    }

    /** Ends a step; the next one begins. */
    public Duration lap() {
        long now = System.nanoTime();
        Duration took = Duration.ofNanos(now - last);
        last = now;
        return took;
    }

    /** All steps, and behind them the one that did not come to its end. */
    public List<DiscoveryStep> endedBy(String why) {
        String unfinished = expected.stream()
                .filter(name -> done.stream().noneMatch(step -> step.name().equals(name)))
                .findFirst()
                .orElse(system);
        add(unfinished, Confidence.MISSING, why);
        return all();
    }

    /** The steps so far, in the order they were taken. */
    public List<DiscoveryStep> all() {
        return List.copyOf(done);
    }
}
