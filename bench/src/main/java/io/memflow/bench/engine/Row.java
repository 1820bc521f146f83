package io.memflow.bench.engine;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One row of the table.
 *
 * @param title what it measures
 * @param reference the row's name in the C reference; empty when it has none
 * @param java the row's operation on the Java side; empty for what only says what the machine can do
 * @param unit what its figures are
 * @param work items, bytes or operations that one of the C reference's items stands for in that unit
 * @param target what it should reach
 */
record Row(String title, Optional<String> reference, Optional<JavaSide> java, Unit unit, double work, Target target) {
    /**
     * The operation on the Java side.
     *
     * @param benchmark class that JMH runs
     * @param parameters its parameters
     * @param items how many of the reference's items one operation does
     * @param fresh makes the operation with these parameters, for the check of its result
     */
    record JavaSide(
            Class<? extends Operation> benchmark,
            Map<String, String> parameters,
            double items,
            Supplier<Operation> fresh,
            Clock clock) {}

    /** Which time counts. */
    enum Clock {
        /** That of the processor, since nothing waits. */
        PROCESSOR,
        /** That on the wall, since waiting is what is measured. */
        WALL
    }

    /** A figure's unit, and which way is better. */
    enum Unit {
        MILLIONS_PER_SECOND("M/s", true, 1e3),
        GIGABYTES_PER_SECOND("GB/s", true, 1),
        NANOSECONDS("ns", false, 1),
        MICROSECONDS("us", false, 1e-3),
        MILLISECONDS("ms", false, 1e-6);

        private final String text;
        private final boolean rate;
        private final double factor;

        Unit(String text, boolean rate, double factor) {
            this.text = text;
            this.rate = rate;
            this.factor = factor;
        }

        String text() {
            return text;
        }

        boolean isRate() {
            return rate;
        }

        /** The figure for an item that does this much work in this time. */
        double of(double nanos, double work) {
            return rate ? factor * work / nanos : factor * nanos;
        }
    }

    /**
     * What a row should reach.
     *
     * @param figure bound of the figure itself, in the row's unit; 0 when there is none
     * @param ratio least speed relative to the C reference; 0 when there is none
     * @param calls most calls to the source; 0 when they do not matter
     */
    record Target(double figure, double ratio, int calls) {
        static final Target NONE = new Target(0, 0, 0);

        static Target figure(double figure) {
            return new Target(figure, 0, 0);
        }
    }
}
