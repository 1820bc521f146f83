package io.memflow.cli.doctor;

import io.memflow.core.os.DiscoveryStep;

/**
 * One step of a diagnosis.
 *
 * @param advice what to do about it; empty when nothing needs to be done
 */
record Finding(Phase phase, DiscoveryStep step, String advice) {
    boolean failed() {
        return step.confidence() == DiscoveryStep.Confidence.MISSING;
    }

    /** Whether something is missing from what it gives. */
    boolean isIncomplete() {
        return failed() || !advice.isEmpty();
    }
}
