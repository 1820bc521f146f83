package io.memflow.lab;

import io.memflow.core.os.Listing;
import io.memflow.core.os.LogRecord;
import io.memflow.core.os.OperatingSystem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The kernel's log against {@code /dev/kmsg}; what was logged after that was read stands behind it. */
final class LogComparison {
    private static final int FIRST_PRINTABLE = 0x20;
    private static final int FIRST_BEYOND_ASCII = 0x7f;

    /** In the order of syslog's numbers. */
    private static final List<LogRecord.Level> LEVELS = List.of(LogRecord.Level.values());

    private LogComparison() {}

    static void compare(OperatingSystem system, GroundTruth truth, Findings findings) {
        Listing<LogRecord> listing = system.log();
        findings.same("damage of the log", true, listing.isComplete());
        List<String> wanted = new ArrayList<>();
        for (String line : truth.snapshot().require("run/kmsg").lines().toList()) {
            if (line.startsWith(" ")) {
                wanted.set(wanted.size() - 1, wanted.getLast() + line);
            } else {
                wanted.add(line);
            }
        }
        List<String> got = listing.rows().stream()
                .limit(wanted.size())
                .map(LogComparison::line)
                .toList();
        findings.sameLines("log records", wanted, got);
        findings.same("order of the log", wanted, got);
    }

    /** As Documentation/ABI/testing/dev-kmsg has it. */
    private static String line(LogRecord row) {
        String device = row.device() == null ? "" : " DEVICE=" + escaped(row.device());
        String subsystem = row.subsystem() == null ? "" : " SUBSYSTEM=" + escaped(row.subsystem());
        return "%d,%d,%d,-;%s"
                        .formatted(
                                row.facility() * 8 + LEVELS.indexOf(row.level()),
                                row.sequence(),
                                row.sinceBoot().toNanos() / 1000,
                                escaped(String.valueOf(row.text())))
                + subsystem
                + device;
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
            int character = value & 0xFF;
            boolean plain = character >= FIRST_PRINTABLE && character < FIRST_BEYOND_ASCII && character != '\\';
            escaped.append(plain ? String.valueOf((char) character) : "\\x%02x".formatted(character));
        }
        return escaped.toString();
    }
}
