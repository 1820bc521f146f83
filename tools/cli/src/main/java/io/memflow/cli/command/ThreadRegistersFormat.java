package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Palette;
import io.memflow.cli.output.Table;
import io.memflow.cli.output.TerminalText;
import io.memflow.core.cpu.Register;
import io.memflow.core.os.ThreadRegisters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Registers of threads, a line each. Stateless. */
final class ThreadRegistersFormat {
    private ThreadRegistersFormat() {}

    static Table table(List<ThreadRegisters> rows) {
        Table table = new Table(List.of(
                Column.right("PID").whenUsed(),
                Column.right("TID").whenUsed(),
                Column.right("CPU").whenUsed(),
                Column.left("REGISTER"),
                Column.right("VALUE")));
        for (ThreadRegisters row : rows) {
            for (Register register : row.registers()) {
                table.add(
                        List.of(
                                number(row.pid()),
                                number(row.tid()),
                                number(row.processor()),
                                TerminalText.neutral(register.name()),
                                RegistersCommand.hex(register)),
                        Palette.Emphasis.NONE);
            }
        }
        return table;
    }

    static void write(List<ThreadRegisters> rows, JsonLines json) {
        for (ThreadRegisters row : rows) {
            for (Register register : row.registers()) {
                json.begin()
                        .number("pid", row.pid())
                        .number("tid", row.tid())
                        .number("processor", row.processor())
                        .text("name", register.name())
                        .number("bits", register.bits())
                        .text("value", RegistersCommand.hex(register))
                        .provenance(row.provenance())
                        .end();
            }
        }
    }

    private static String number(@Nullable Integer number) {
        return number == null ? "-" : number.toString();
    }
}
