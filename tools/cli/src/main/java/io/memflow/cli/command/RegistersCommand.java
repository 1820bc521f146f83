package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.output.Column;
import io.memflow.cli.output.DamageReport;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Palette;
import io.memflow.cli.output.Table;
import io.memflow.cli.output.TerminalText;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.Processors;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.cpu.CpuControl;
import io.memflow.core.cpu.CpuRegisters;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.cpu.Register;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ThreadRegisters;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Shows whether a machine runs, and the registers of its processors. */
public final class RegistersCommand implements Command {
    private static final int BITS_PER_DIGIT = 4;

    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "registers",
            "Show whether a machine runs and its processors' registers, or those in a small dump.",
            List.of("[OPTIONS] TARGET", "[OPTIONS] -c CONNECTOR", "[OPTIONS] -o minidump:FILE"),
            OutputChoice.COMMON,
            List.of(
                    "Registers of a running machine belong to different moments; with --paused they",
                    "belong to one. A target without physical memory shows the registers of threads."),
            List.of(
                    "memflow registers --paused qemu:vm1",
                    "memflow registers --json -c gdbstub:/run/vm1.gdb",
                    "memflow registers crash.dmp"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        TargetWords words = TargetWords.after(arguments);
        ResultWriter writer = new ResultWriter(session, arguments);
        Inventory inventory = session.inventory().get();
        List<ChainStep> steps = words.source().steps(inventory);
        if (steps.size() == 1 && steps.getFirst().kind() == ChainStep.Kind.OS) {
            try (OperatingSystem system = words.source().openSystem(inventory)) {
                return ofThreads(system.threadRegisters(), writer);
            }
        }
        try (PhysicalMemory memory = words.source().openMemory(inventory)) {
            CpuControl control = Processors.of(memory);
            CpuState state = control.state();
            List<CpuRegisters> processors = control.registers();
            writer.write(
                    out -> {
                        out.append("The machine is ").append(word(state)).append(".\n");
                        table(processors).print(out, writer.palette());
                    },
                    json -> write(state, processors, json));
            return writer.finish(new DamageReport(), Optional.of(memory));
        }
    }

    private static ExitStatus ofThreads(Listing<ThreadRegisters> listing, ResultWriter writer) throws IOException {
        writer.write(
                out -> ThreadRegistersFormat.table(listing.rows()).print(out, writer.palette()),
                json -> ThreadRegistersFormat.write(listing.rows(), json));
        DamageReport damage = new DamageReport();
        listing.missing().forEach(damage::missing);
        return writer.finish(damage, Optional.empty());
    }

    private static Table table(List<CpuRegisters> processors) {
        Table table = new Table(List.of(Column.right("CPU"), Column.left("REGISTER"), Column.right("VALUE")));
        for (CpuRegisters processor : processors) {
            for (Register register : processor.registers()) {
                table.add(
                        List.of(
                                Integer.toString(processor.processor()),
                                TerminalText.neutral(register.name()),
                                hex(register)),
                        Palette.Emphasis.NONE);
            }
        }
        return table;
    }

    private static void write(CpuState state, List<CpuRegisters> processors, JsonLines json) {
        for (CpuRegisters processor : processors) {
            for (Register register : processor.registers()) {
                json.begin()
                        .text("state", word(state))
                        .number("processor", processor.processor())
                        .text("name", register.name())
                        .number("bits", register.bits())
                        .text("value", hex(register))
                        .end();
            }
        }
    }

    private static String word(CpuState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** As many digits as the register has. */
    static String hex(Register register) {
        String digits = register.value().toString(16);
        int width = (register.bits() + BITS_PER_DIGIT - 1) / BITS_PER_DIGIT;
        return "0x" + "0".repeat(Math.max(0, width - digits.length())) + digits;
    }
}
