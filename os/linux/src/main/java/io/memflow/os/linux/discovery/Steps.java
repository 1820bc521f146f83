package io.memflow.os.linux.discovery;

import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Notes each step of the discovery and the time since the one before. Confined. */
final class Steps {
    private final List<DiscoveryStep> done = new ArrayList<>();
    private long last = System.nanoTime();

    void add(String name, Confidence confidence, String finding) {
        long now = System.nanoTime();
        done.add(new DiscoveryStep(name, confidence, finding, Duration.ofNanos(now - last)));
        last = now;
    }

    List<DiscoveryStep> all() {
        return List.copyOf(done);
    }
}
