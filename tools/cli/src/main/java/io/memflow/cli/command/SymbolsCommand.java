package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.arguments.Option;
import io.memflow.cli.output.DamageReport;
import io.memflow.cli.output.Hex;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Palette;
import io.memflow.cli.output.TerminalText;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Lists kernel symbols. */
public final class SymbolsCommand implements Command {
    private static final int ADDRESS_DIGITS = 16;

    private static final Option MATCH = Option.valued(
            "--match", "GLOB", "Only names that match: * is any text, ? any character, [a-z] one of a set.");

    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "symbols",
            "List the symbols of the kernel.",
            List.of("[OPTIONS] [--match GLOB] TARGET", "[OPTIONS] [--match GLOB] -c CONNECTOR [-o OS]"),
            Stream.concat(Stream.of(MATCH), OutputChoice.COMMON.stream()).toList(),
            List.of(),
            List.of("memflow symbols memory.raw", "memflow symbols --match 'init_*' qemu:vm1"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        TargetWords words = TargetWords.after(arguments);
        ResultWriter writer = new ResultWriter(session, arguments);
        Glob glob = new Glob(arguments.value(MATCH).orElse("*"));
        try (OperatingSystem system =
                words.source().openSystem(session.inventory().get())) {
            SymbolTable symbols = system.symbols();
            writer.write(out -> print(symbols, glob, writer.palette(), out), json -> write(symbols, glob, json));
            DamageReport damage = new DamageReport();
            symbols.defects().forEach(damage::defect);
            return writer.finish(damage, system.physicalMemory());
        }
    }

    /** Line by line, in the order of /proc/kallsyms: a table of all would have to be kept to be aligned. */
    private static void print(SymbolTable symbols, Glob glob, Palette palette, Writer out) throws IOException {
        out.append(palette.paint(Palette.Emphasis.TITLE, "ADDRESS             T  NAME"))
                .append('\n');
        StringBuilder line = new StringBuilder();
        Consumer<Symbol> print = symbol -> {
            if (glob.matches(symbol.name())) {
                line.setLength(0);
                append(symbol, line);
                try {
                    out.append(line);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }
        };
        symbols.forEach(print);
    }

    private static void append(Symbol symbol, StringBuilder line) {
        line.append("0x");
        Hex.append(line, symbol.address(), ADDRESS_DIGITS);
        line.append("  ").append(TerminalText.neutral(String.valueOf(symbol.type())));
        line.append("  ").append(TerminalText.neutral(symbol.name()));
        if (!symbol.module().isEmpty()) {
            line.append("  [").append(TerminalText.neutral(symbol.module())).append(']');
        }
        line.append('\n');
    }

    private static void write(SymbolTable symbols, Glob glob, JsonLines json) {
        symbols.forEach(symbol -> {
            if (glob.matches(symbol.name())) {
                json.begin()
                        .text("name", symbol.name())
                        .address("address", symbol.address())
                        .text("type", String.valueOf(symbol.type()))
                        .text("module", symbol.module().isEmpty() ? null : symbol.module())
                        .end();
            }
        });
    }
}
