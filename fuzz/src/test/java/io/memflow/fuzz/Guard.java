package io.memflow.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs inputs through one parser and fails when it breaks a promise: only memflow's own exceptions come out, each with a
 * message, and neither heap nor steps go beyond what the input's length allows. Confined.
 */
final class Guard {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** How often an input is run again before it counts as too dear. */
    private static final int MOST_RUNS = 4;

    private final FuzzTarget target;
    private final Class<?> documented;
    private final Limits limits;

    Guard(Parser parser) {
        this(parser.targetClass(), parser.limits());
    }

    Guard(String targetClass, Limits limits) {
        this.limits = limits;
        ClassLoader loader = new CountingLoader();
        // Loading counts steps too, of static initialisers.
        Steps.allow(Long.MAX_VALUE);
        try {
            target = (FuzzTarget) loader.loadClass(targetClass).getConstructor().newInstance();
            documented = loader.loadClass("io.memflow.core.error.MemflowException");
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("The target " + targetClass + " cannot be made.", missing);
        }
    }

    /** What became of an input. */
    private record Cost(@Nullable Throwable thrown, long heap, long steps) {}

    /**
     * Runs one input.
     *
     * @throws AssertionError that says which promise was broken
     */
    void check(byte[] input) {
        long heap = limits.heap(input.length);
        long steps = limits.steps(input.length);
        Cost cost = run(input, steps);
        // The first runs of a path load classes, and the JVM makes some of its own only after a few. What the input
        // itself
        // costs shows when it is run again.
        for (int again = 0; again < MOST_RUNS && (cost.heap > heap || cost.steps > steps); again++) {
            cost = run(input, steps);
        }
        Throwable thrown = cost.thrown;
        if (cost.steps > steps) {
            throw new AssertionError(
                    "%d bytes of input took more than %d steps".formatted(input.length, steps), thrown);
        }
        if (thrown != null && !documented.isInstance(thrown)) {
            throw new AssertionError("an undocumented exception for %d bytes of input".formatted(input.length), thrown);
        }
        if (thrown != null
                && (thrown.getMessage() == null || thrown.getMessage().isBlank())) {
            throw new AssertionError("an exception without a message", thrown);
        }
        if (cost.heap > heap) {
            throw new AssertionError("%d bytes of input allocated %d bytes of heap, %d are allowed"
                    .formatted(input.length, cost.heap, heap));
        }
    }

    private Cost run(byte[] input, long steps) {
        Throwable thrown = null;
        Steps.allow(steps);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            target.use(input);
        } catch (RuntimeException | Error any) {
            thrown = any;
        }
        long heap = THREADS.getCurrentThreadAllocatedBytes() - before;
        return new Cost(thrown, heap, steps - Steps.left());
    }
}
