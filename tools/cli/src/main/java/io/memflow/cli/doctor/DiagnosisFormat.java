package io.memflow.cli.doctor;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Palette;
import io.memflow.cli.output.Table;
import io.memflow.cli.output.TerminalText;
import io.memflow.cli.output.Units;
import io.memflow.cli.session.ExitStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A diagnosis as text and as JSON lines.
 *
 * @param findings in the order they were made
 */
record DiagnosisFormat(List<Finding> findings) {
    /** FAILED when no system was found, INCOMPLETE when something is missing from what it gives. */
    ExitStatus status() {
        if (findings.stream().noneMatch(finding -> finding.phase() == Phase.LISTS)) {
            return ExitStatus.FAILED;
        }
        return findings.stream().anyMatch(Finding::isIncomplete) ? ExitStatus.INCOMPLETE : ExitStatus.COMPLETE;
    }

    /** The whole in one sentence. */
    String summary() {
        long incomplete = findings.stream().filter(Finding::isIncomplete).count();
        return switch (status()) {
            case COMPLETE -> "All %d steps came to their end and agree.".formatted(findings.size());
            case INCOMPLETE ->
                "A system was found, and %d of %d steps lack something.".formatted(incomplete, findings.size());
            default -> {
                Finding failed = findings.getLast();
                yield "No system can be read: the step \"%s\" (%s) failed."
                        .formatted(failed.step().name(), failed.phase().title());
            }
        };
    }

    void print(Writer out, Palette palette) throws IOException {
        Table table = new Table(List.of(
                Column.left("PHASE"),
                Column.left("STEP"),
                Column.left("SURE"),
                Column.right("TIME"),
                Column.left("FOUND")));
        for (Finding finding : findings) {
            table.add(
                    List.of(
                            finding.phase().title(),
                            finding.step().name(),
                            sure(finding),
                            Units.time(finding.step().took()),
                            finding.step().finding()),
                    finding.isIncomplete() ? Palette.Emphasis.DAMAGED : Palette.Emphasis.NONE);
        }
        table.print(out, palette);
        out.append("\n").append(summary()).append('\n');
        Map<String, List<String>> steps = new LinkedHashMap<>();
        for (Finding finding : findings) {
            if (!finding.advice().isEmpty()) {
                steps.computeIfAbsent(finding.advice(), _ -> new ArrayList<>())
                        .add(finding.step().name());
            }
        }
        for (Map.Entry<String, List<String>> advice : steps.entrySet()) {
            out.append("  ")
                    .append(TerminalText.neutral(String.join(", ", advice.getValue())))
                    .append(": ")
                    .append(advice.getKey())
                    .append('\n');
        }
        out.flush();
    }

    void writeLines(OutputStream out) {
        try (JsonLines json = new JsonLines(out)) {
            for (Finding finding : findings) {
                json.begin()
                        .text("record", "step")
                        .text("phase", finding.phase().title())
                        .text("name", finding.step().name())
                        .text("confidence", sure(finding))
                        .text("finding", finding.step().finding())
                        .text("advice", finding.advice().isEmpty() ? null : finding.advice())
                        .seconds("seconds", finding.step().took())
                        .end();
            }
            json.begin()
                    .text("record", "diagnosis")
                    .text("summary", summary())
                    .number("status", status().code())
                    .end();
        }
    }

    private static String sure(Finding finding) {
        return finding.step().confidence().name().toLowerCase(Locale.ROOT);
    }
}
