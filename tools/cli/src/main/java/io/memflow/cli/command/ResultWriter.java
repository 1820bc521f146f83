package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.output.DamageReport;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Palette;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.Row;
import java.io.IOException;
import java.io.Writer;
import java.util.Optional;

/** Writes what a command found in the form the user chose, then names what is missing from it. Confined. */
final class ResultWriter {
    /** The form of the output. */
    enum Form {
        TEXT,
        JSON
    }

    /** Writes text. */
    @FunctionalInterface
    interface TextContent {
        void writeTo(Writer out) throws IOException;
    }

    /** Writes JSON lines. */
    @FunctionalInterface
    interface JsonContent {
        void writeTo(JsonLines out);
    }

    private final Session session;
    private final Form form;
    private final Palette palette;

    /**
     * @throws io.memflow.cli.arguments.UsageException when an option on the form has a wrong value
     */
    ResultWriter(Session session, Arguments arguments) {
        this.session = session;
        this.form = arguments.has(OutputChoice.JSON) ? Form.JSON : Form.TEXT;
        this.palette = OutputChoice.palette(arguments, session);
    }

    Form form() {
        return form;
    }

    Palette palette() {
        return palette;
    }

    /** Writes whichever of the two the user chose. */
    void write(TextContent text, JsonContent lines) throws IOException {
        if (form == Form.JSON) {
            try (JsonLines json = new JsonLines(session.out())) {
                lines.writeTo(json);
            }
        } else {
            Writer out = session.writer();
            text.writeTo(out);
            out.flush();
        }
    }

    /**
     * Writes a list and ends the command.
     *
     * @param memory what the list was taken from; empty when it is no memory
     */
    <T extends Row> ExitStatus list(Listing<T> listing, RowFormat<T> format, Optional<PhysicalMemory> memory)
            throws IOException {
        write(out -> RowFormat.table(listing.rows(), format).print(out, palette), json -> lines(listing, format, json));
        DamageReport damage = new DamageReport();
        listing.missing().forEach(damage::missing);
        for (T row : listing.rows()) {
            for (MissingPart part : row.provenance().missing()) {
                damage.missing(format.subject(row), part);
            }
        }
        return finish(damage, memory);
    }

    /** Names the damage, if any, and what the chain has counted, if it counts, and ends the command. */
    ExitStatus finish(DamageReport damage, Optional<PhysicalMemory> memory) {
        memory.ifPresent(source -> source.defects().forEach(damage::defect));
        damage.print(session.diagnostics());
        memory.flatMap(SourceMetrics::of).ifPresent(session.diagnostics()::say);
        return damage.isEmpty() ? ExitStatus.COMPLETE : ExitStatus.INCOMPLETE;
    }

    private static <T extends Row> void lines(Listing<T> listing, RowFormat<T> format, JsonLines json) {
        for (T row : listing.rows()) {
            json.begin();
            format.write(row, json);
            json.end();
        }
    }
}
