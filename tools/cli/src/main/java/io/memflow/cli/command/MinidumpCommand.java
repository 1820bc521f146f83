package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.arguments.UsageException;
import io.memflow.cli.output.DamageReport;
import io.memflow.cli.output.Units;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.ProcessId;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.memory.Gap;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.TargetProcess;
import io.memflow.formats.minidump.MinidumpContents;
import io.memflow.formats.minidump.MinidumpWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;

/** Writes a process as a minidump that debuggers read. */
public final class MinidumpCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "minidump",
            "Write one process as a minidump that debuggers open.",
            List.of("[OPTIONS] PID FILE TARGET", "[OPTIONS] PID FILE -c CONNECTOR [-o OS]"),
            OutputChoice.COMMON,
            List.of(
                    "FILE must not exist yet. Memory that cannot be read is left out of it and",
                    "named; the registers of threads are not in it."),
            List.of("memflow minidump 1 init.dmp memory.raw", "memflow minidump --json 4711 app.dmp -c qemu:vm1"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        TargetWords words = TargetWords.after(arguments, "PID", "FILE");
        ResultWriter writer = new ResultWriter(session, arguments);
        ProcessId pid = ProcessId.parse(words.leading().get(0));
        Path file = Path.of(words.leading().get(1));
        try (OperatingSystem system =
                words.source().openSystem(session.inventory().get())) {
            TargetProcess process = pid.in(system);
            MemoryView memory = process.memory();
            MinidumpSource source = MinidumpSource.of(process);
            MinidumpContents contents =
                    source.contents(system, pid.pid(), Instant.now().getEpochSecond());
            MinidumpWriter.Result result = write(file, contents, memory);
            writer.write(
                    out -> out.append("%s: %s of memory in %d ranges, %d modules, %d threads\n"
                            .formatted(
                                    file,
                                    Units.bytes(result.bytes()),
                                    result.ranges().size(),
                                    contents.modules().size(),
                                    contents.threads().size())),
                    json -> json.begin()
                            .text("file", file.toString())
                            .number("bytes", result.bytes())
                            .number("ranges", result.ranges().size())
                            .number("modules", contents.modules().size())
                            .number("threads", contents.threads().size())
                            .end());
            return writer.finish(damage(source, result), system.physicalMemory());
        }
    }

    private static MinidumpWriter.Result write(Path file, MinidumpContents contents, MemoryView memory)
            throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            boolean done = false;
            try {
                MinidumpWriter.Result result = MinidumpWriter.write(out, contents, memory);
                done = true;
                return result;
            } finally {
                if (!done) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (FileAlreadyExistsException taken) {
            throw new UsageException("FILE \"%s\" exists already; name a new one.".formatted(file));
        }
    }

    private static DamageReport damage(MinidumpSource source, MinidumpWriter.Result result) {
        DamageReport damage = new DamageReport();
        source.regions().missing().forEach(damage::missing);
        source.modules().missing().forEach(damage::missing);
        source.threads().missing().forEach(damage::missing);
        for (Gap gap : result.missing()) {
            damage.missing(
                    gap.range().toString(),
                    new MissingPart("memory", gap.fault().text()));
        }
        return damage;
    }
}
