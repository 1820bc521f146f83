package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.LogRecord;
import java.util.List;
import java.util.Locale;

/** Records of the kernel's log. */
public final class LogFormat implements RowFormat<LogRecord> {
    /** RFC 3164, section 4.1.1, by the names of syslog(3). */
    private static final List<String> FACILITIES = List.of(
            "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp");

    private static final long NANOS_PER_MICRO = 1000;
    private static final int MICROS_PER_SECOND = 1_000_000;

    @Override
    public List<Column> columns() {
        return List.of(Column.right("SECONDS"), Column.left("LEVEL"), Column.left("FACILITY"), Column.left("TEXT"));
    }

    @Override
    public List<String> cells(LogRecord row) {
        long micros = row.sinceBoot().toNanos() / NANOS_PER_MICRO;
        return List.of(
                "%d.%06d".formatted(micros / MICROS_PER_SECOND, micros % MICROS_PER_SECOND),
                level(row),
                facility(row),
                RowFormat.cell(row, row.text()));
    }

    @Override
    public void write(LogRecord row, JsonLines json) {
        json.number("sequence", row.sequence())
                .seconds("since_boot", row.sinceBoot())
                .text("level", level(row))
                .text("facility", facility(row))
                .text("caller", row.caller())
                .text("subsystem", row.subsystem())
                .text("device", row.device())
                .text("text", row.text())
                .provenance(row.provenance());
    }

    @Override
    public String subject(LogRecord row) {
        return "log record " + row.sequence();
    }

    private static String level(LogRecord row) {
        return row.level().name().toLowerCase(Locale.ROOT);
    }

    private static String facility(LogRecord row) {
        int number = row.facility();
        return number < FACILITIES.size() ? FACILITIES.get(number) : "facility-" + number;
    }
}
