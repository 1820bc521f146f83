package io.memflow.cli.doctor;

import io.memflow.cli.output.Units;
import io.memflow.cli.target.TargetSource;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryException;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ChainObserver;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Goes through every step from opening a target to its lists, and notes each, also when one of them fails. Confined. */
final class Examination {
    private static final int NAMED_RANGES = 4;

    /** A connector and a system on it: which failed is plain from what was looked for. */
    private static final int PLAIN_STEPS = 2;

    private final List<Finding> findings = new ArrayList<>();
    private final TargetSource source;
    private final Inventory inventory;
    private long last = System.nanoTime();
    private boolean opened;

    private Examination(TargetSource source, Inventory inventory) {
        this.source = source;
        this.inventory = inventory;
    }

    /** What was found, in order. A diagnosis never throws for what is wrong with a target. */
    static List<Finding> of(TargetSource source, Inventory inventory) {
        Examination examination = new Examination(source, inventory);
        examination.run();
        return List.copyOf(examination.findings);
    }

    private void run() {
        try (OperatingSystem system = source.openSystem(inventory, new Looks())) {
            system.physicalMemory().ifPresentOrElse(_ -> {}, () -> found(system));
            system.discovery().forEach(step -> add(Phase.DISCOVERY, step));
            findings.addAll(SystemLists.of(system));
            system.checks().forEach(step -> add(Phase.CHECKS, step));
        } catch (MemflowException failed) {
            fail(failed);
        }
    }

    /** Notes each step of a longer chain, what was opened by it, and how the systems in between were found. */
    private final class Looks implements ChainObserver {
        private final int steps = source.steps(inventory).size();

        @Override
        public void opening(ChainStep step, int number) {
            opened = false;
            if (steps > PLAIN_STEPS) {
                String name = "step %d of %d".formatted(number, steps);
                add(Phase.SOURCE, new DiscoveryStep(name, Confidence.CONFIRMED, step.toString(), lap()));
            }
        }

        @Override
        public void opened(PhysicalMemory memory) {
            look(memory);
        }

        @Override
        public void opened(OperatingSystem system) {
            system.physicalMemory().ifPresentOrElse(_ -> {}, () -> found(system));
            system.discovery().forEach(step -> add(Phase.DISCOVERY, step));
            last = System.nanoTime();
        }
    }

    private void found(OperatingSystem system) {
        String found = system.info().version() + "; no memory to find it in is needed";
        add(Phase.SOURCE, new DiscoveryStep("target", Confidence.CONFIRMED, found, lap()));
    }

    private void fail(MemflowException failed) {
        List<DiscoveryStep> steps = DiscoveryException.stepsOf(failed);
        if (!opened) {
            add(Phase.SOURCE, new DiscoveryStep("target", Confidence.MISSING, failed.getMessage(), lap()));
        } else if (steps.isEmpty()) {
            add(Phase.DISCOVERY, new DiscoveryStep("system", Confidence.MISSING, failed.getMessage(), lap()));
        } else {
            steps.forEach(step -> add(Phase.DISCOVERY, step));
        }
    }

    private void add(Phase phase, DiscoveryStep step) {
        boolean failed = step.confidence() == Confidence.MISSING;
        findings.add(new Finding(phase, step, failed ? Advice.on(step.name()) : Advice.NONE));
    }

    /** What was opened, before anything is looked for in it. */
    private void look(PhysicalMemory memory) {
        opened = true;
        add(Phase.SOURCE, new DiscoveryStep("target", Confidence.CONFIRMED, memory.description(), lap()));
        List<String> ranges = memory.map().ranges().stream()
                .limit(NAMED_RANGES)
                .map(Object::toString)
                .toList();
        int more = memory.map().ranges().size() - ranges.size();
        String map = Units.bytes(memory.map().totalBytes()) + " at " + String.join(", ", ranges)
                + (more > 0 ? " and " + more + " more ranges" : "");
        Confidence any = memory.map().totalBytes() > 0 ? Confidence.CONFIRMED : Confidence.MISSING;
        add(Phase.SOURCE, new DiscoveryStep("memory map", any, map, lap()));
        if (!memory.defects().isEmpty()) {
            add(
                    Phase.SOURCE,
                    new DiscoveryStep("defects", Confidence.MISSING, String.join(" ", memory.defects()), lap()));
        }
        MemorySample sample = MemorySample.of(memory);
        add(Phase.SOURCE, new DiscoveryStep("contents", sample.confidence(), sample.describe(), lap()));
    }

    private Duration lap() {
        long now = System.nanoTime();
        Duration took = Duration.ofNanos(now - last);
        last = now;
        return took;
    }
}
