package io.memflow.cli.demo;

import io.memflow.cli.command.ModuleFormat;
import io.memflow.cli.command.ProcessFormat;
import io.memflow.cli.command.RegionFormat;
import io.memflow.cli.command.RowFormat;
import io.memflow.cli.command.SystemFormat;
import io.memflow.cli.output.Diagnostics;
import io.memflow.cli.output.Palette;
import io.memflow.cli.output.TerminalText;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.Row;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.symbol.TypeTable;
import io.memflow.guest.PlantedProcess;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Shows what is found in a guest, and checks it against what was planted there. Confined. */
final class Tour {
    private final Writer out;
    private final Palette palette;
    private final Stages stages;

    Tour(Writer out, Palette palette, Stages stages) {
        this.out = out;
        this.palette = palette;
        this.stages = stages;
    }

    OperatingSystem find(Supplier<OperatingSystem> attach) {
        return stages.time("attach, find the kernel, decode symbols and types", attach);
    }

    /**
     * Walks through all that can be listed.
     *
     * @param planted what must be found, the process with the secret first
     * @param modules names of kernel modules that must be found
     */
    ExitStatus show(OperatingSystem system, List<PlantedProcess> planted, List<String> modules, Diagnostics diagnostics)
            throws IOException {
        title("What runs there, and how it was found");
        new SystemFormat(system).print(out, palette);
        types(system.types());
        Listing<ProcessInfo> processes = stages.time("list processes", system::processes);
        Listing<ModuleInfo> loaded = stages.time("list kernel modules", system::modules);
        List<ProcessInfo> users = processes.rows().stream()
                .filter(row -> row.kind() == ProcessInfo.Kind.USER)
                .toList();
        title(processes.rows().size() + " processes, of which " + users.size() + " run user code");
        table(users, new ProcessFormat());
        title(loaded.rows().size() + " kernel modules");
        table(loaded.rows(), new ModuleFormat());

        Checklist checklist = new Checklist(planted, modules);
        checklist.compare(processes, loaded);
        Optional<TargetProcess> keeper = users.stream()
                .filter(row -> planted.getFirst().name().equals(row.name()))
                .findFirst()
                .map(system::process);
        if (keeper.isPresent()) {
            inside(keeper.get(), checklist);
        }
        return checklist.conclude(out, diagnostics);
    }

    private void inside(TargetProcess process, Checklist checklist) throws IOException {
        ProcessInfo info = process.info();
        var regions = stages.time("list the regions of one process", process::regions);
        title("Memory regions of process " + info.pid() + " (" + info.name() + ")");
        table(regions.rows(), new RegionFormat(info.pid()));
        checklist.compare(regions);
        List<EnvironmentVariable> environment = stages.time("read strings from its memory", process::environment);
        title("Its environment, read from its own memory");
        for (EnvironmentVariable variable : environment) {
            out.append(TerminalText.neutral(variable.name() + "=" + variable.value()))
                    .append('\n');
        }
        checklist.compare(environment);
    }

    /** One structure as evidence that the kernel's types were decoded. */
    private void types(TypeTable types) throws IOException {
        var size = types.size("task_struct");
        var pid = types.member("task_struct", "pid");
        if (size.isPresent() && pid.isPresent()) {
            out.append("\nDecoded from the kernel's own type information: task_struct has " + size.getAsLong()
                    + " bytes, and keeps its pid at offset " + pid.get().offset() + ".\n");
        }
    }

    private void title(String text) throws IOException {
        out.append('\n')
                .append(palette.paint(Palette.Emphasis.TITLE, TerminalText.neutral(text)))
                .append("\n\n");
    }

    private <T extends Row> void table(List<T> rows, RowFormat<T> format) throws IOException {
        RowFormat.table(rows, format).print(out, palette);
        out.flush();
    }
}
