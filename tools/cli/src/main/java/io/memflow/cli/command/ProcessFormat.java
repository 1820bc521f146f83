package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Palette;
import io.memflow.core.os.Credentials;
import io.memflow.core.os.ProcessInfo;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Processes. */
public final class ProcessFormat implements RowFormat<ProcessInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("PID"),
                Column.right("PPID"),
                Column.right("UID"),
                Column.left("S"),
                Column.right("THREADS"),
                Column.left("STARTED"),
                Column.left("NAME"),
                Column.left("COMMAND"));
    }

    @Override
    public List<String> cells(ProcessInfo row) {
        Credentials who = row.credentials();
        return List.of(
                Integer.toString(row.pid()),
                RowFormat.cell(row, row.parentPid()),
                RowFormat.cell(row, who == null ? null : who.uid()),
                String.valueOf(row.state().letter()),
                RowFormat.cell(row, row.threads()),
                RowFormat.cell(row, started(row.startTime())),
                RowFormat.cell(row, row.name()),
                RowFormat.cell(row, commandLine(row)));
    }

    @Override
    public void write(ProcessInfo row, JsonLines json) {
        Credentials who = row.credentials();
        json.number("pid", row.pid())
                .number("ppid", row.parentPid())
                .text("name", row.name())
                .text("state", String.valueOf(row.state().letter()))
                .text("kind", row.kind().name().toLowerCase(Locale.ROOT))
                .number("uid", who == null ? null : who.uid())
                .number("gid", who == null ? null : who.gid())
                .number("euid", who == null ? null : who.effectiveUid())
                .number("egid", who == null ? null : who.effectiveGid())
                .number("threads", row.threads())
                .text("path", row.path())
                .text("command_line", commandLine(row))
                .texts("arguments", row.arguments())
                .text(
                        "start_time",
                        row.startTime() == null ? null : row.startTime().toString())
                .seconds("start_since_boot", row.startSinceBoot())
                .address("address", row.address())
                .address("dtb", row.dtb())
                .provenance(row.provenance());
    }

    @Override
    public String subject(ProcessInfo row) {
        return "process " + row.pid() + (row.name() == null ? "" : " (" + row.name() + ")");
    }

    @Override
    public Palette.Emphasis emphasis(ProcessInfo row) {
        return row.kind() == ProcessInfo.Kind.KERNEL ? Palette.Emphasis.FAINT : Palette.Emphasis.NONE;
    }

    private static @Nullable String commandLine(ProcessInfo row) {
        return row.arguments().isEmpty() ? null : String.join(" ", row.arguments());
    }

    /** To the second, as RFC 3339 with a space, which it allows for reading. */
    private static @Nullable String started(@Nullable Instant time) {
        return time == null
                ? null
                : time.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ');
    }
}
