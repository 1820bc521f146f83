package io.memflow.bench.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A row with its figures.
 *
 * @param reference best nanoseconds of the C reference for one item
 * @param java best nanoseconds of ours
 * @param allocated bytes that our side allocates for one item
 * @param harnessAllocated what JMH says of the same, of all threads of the process
 * @param calls calls to the source that one operation takes
 */
record Measured(
        Row row,
        Pages pages,
        OptionalDouble reference,
        OptionalDouble java,
        OptionalDouble allocated,
        OptionalDouble harnessAllocated,
        OptionalInt calls) {
    /** Less than a byte for a hundred items is what the harness itself needs. */
    private static final double LEAST_ALLOCATION = 0.01;

    static final String HEAD =
            "%-68s %12s %12s %6s %9s  %-24s %s%n".formatted("", "ours", "C", "ratio", "B/item", "target", "met");

    OptionalDouble figure(OptionalDouble nanos) {
        return nanos.isPresent()
                ? OptionalDouble.of(row.unit().of(nanos.getAsDouble(), row.work()))
                : OptionalDouble.empty();
    }

    /** Our speed over that of the C reference. */
    OptionalDouble ratio() {
        return reference.isPresent() && java.isPresent()
                ? OptionalDouble.of(reference.getAsDouble() / java.getAsDouble())
                : OptionalDouble.empty();
    }

    /** Whether all that the row should reach is reached; true where it should reach nothing. */
    boolean isMet() {
        Row.Target target = row.target();
        double ours = figure(java).orElse(0);
        boolean figureMet =
                target.figure() == 0 || (row.unit().isRate() ? ours >= target.figure() : ours <= target.figure());
        return figureMet
                && ratio().orElse(target.ratio()) >= target.ratio()
                && (target.calls() == 0 || calls.orElse(0) <= target.calls())
                && allocated.orElse(0) < LEAST_ALLOCATION;
    }

    String line() {
        return "%-68s %12s %12s %6s %9s  %-24s %s%n"
                .formatted(
                        row.title(),
                        text(figure(java)),
                        text(figure(reference)),
                        ratio().isPresent() ? "%.2f".formatted(ratio().getAsDouble()) : "",
                        allocatedText(),
                        target(),
                        java.isEmpty() ? "" : isMet() ? "yes" : "NO");
    }

    private String text(OptionalDouble figure) {
        if (figure.isEmpty()) {
            return "";
        }
        double value = figure.getAsDouble();
        return (value < 10 ? "%.2f %s" : "%.1f %s").formatted(value, row.unit().text());
    }

    private String allocatedText() {
        if (allocated.isEmpty()) {
            return "";
        }
        return allocated.getAsDouble() < LEAST_ALLOCATION ? "0" : "%.1f".formatted(allocated.getAsDouble());
    }

    private String target() {
        Row.Target target = row.target();
        List<String> parts = new ArrayList<>();
        if (target.figure() != 0) {
            parts.add("%s %.0f %s"
                    .formatted(
                            row.unit().isRate() ? ">=" : "<=",
                            target.figure(),
                            row.unit().text()));
        }
        if (target.ratio() != 0) {
            parts.add(">= %.1f x C".formatted(target.ratio()));
        }
        if (target.calls() != 0) {
            parts.add("<= %d calls (%d)".formatted(target.calls(), calls.orElse(0)));
        }
        return String.join(", ", parts);
    }

    /** The row as a JSON object. */
    String json() {
        List<String> fields = new ArrayList<>();
        fields.add("\"row\": \"%s\"".formatted(row.title()));
        fields.add("\"mapping\": \"%s\"".formatted(pages.name().toLowerCase(Locale.ROOT)));
        fields.add("\"unit\": \"%s\"".formatted(row.unit().text()));
        figure(java).ifPresent(value -> fields.add("\"ours\": " + value));
        figure(reference).ifPresent(value -> fields.add("\"c\": " + value));
        ratio().ifPresent(value -> fields.add("\"ratio\": " + value));
        allocated.ifPresent(value -> fields.add("\"bytesPerItem\": " + value));
        harnessAllocated.ifPresent(value -> fields.add("\"gc.alloc.rate.norm per item\": " + value));
        calls.ifPresent(value -> fields.add("\"calls\": " + value));
        fields.add("\"target\": \"%s\"".formatted(target()));
        if (java.isPresent()) {
            fields.add("\"met\": " + isMet());
        }
        return "{" + String.join(", ", fields) + "}";
    }
}
