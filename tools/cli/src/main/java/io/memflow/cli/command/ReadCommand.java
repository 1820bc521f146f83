package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.arguments.Option;
import io.memflow.cli.arguments.UsageException;
import io.memflow.cli.output.DamageReport;
import io.memflow.cli.output.Units;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.ProcessId;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.Gap;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PartialRead;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.OperatingSystem;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads memory of a process, of the kernel, or physical memory. */
public final class ReadCommand implements Command {
    /** Small enough to answer at once, large enough to make the cost of a call vanish. */
    private static final int PIECE_BYTES = 1 << 16;

    private static final Option RAW = Option.flag("Write the bytes as they are.", "--raw");

    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "read",
            "Read memory of a process, of the kernel, or physical memory.",
            List.of(
                    "[OPTIONS] PID|kernel|phys ADDRESS LENGTH TARGET",
                    "[OPTIONS] PID|kernel|phys ADDRESS LENGTH -c CONNECTOR [-o OS]"),
            Stream.concat(Stream.of(RAW), OutputChoice.COMMON.stream()).toList(),
            List.of(
                    "ADDRESS is 0x and hexadecimal digits, or decimal digits, or for the kernel a",
                    "symbol's name. LENGTH is in bytes, or in units of 1024 with K, M or G behind",
                    "it. Bytes that cannot be read are shown as ??; --raw ends before the first."),
            List.of(
                    "memflow read kernel linux_banner 128 memory.raw",
                    "memflow read 1 0x7ffd00001000 4K qemu:vm1",
                    "memflow read --raw phys 0x100000 1M memory.raw > piece.bin"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        TargetWords words = TargetWords.after(arguments, "PID|kernel|phys", "ADDRESS", "LENGTH");
        ResultWriter writer = new ResultWriter(session, arguments);
        PieceSink sink = sink(arguments, session, writer);
        String space = words.leading().get(0);
        String address = words.leading().get(1);
        long length = length(words.leading().get(2));
        if (space.equals("phys")) {
            AddressRange range = range(Address.parse(address), length);
            try (PhysicalMemory memory =
                    words.source().openMemory(session.inventory().get())) {
                return writer.finish(read(memory, range, sink), Optional.of(memory));
            }
        }
        boolean kernel = space.equals("kernel");
        ProcessId pid = kernel ? new ProcessId(0) : ProcessId.parse(space);
        boolean symbol = kernel && !address.matches("[0-9].*");
        long number = symbol ? 0 : Address.parse(address);
        try (OperatingSystem system =
                words.source().openSystem(session.inventory().get())) {
            MemoryView view = kernel ? system.kernelMemory() : pid.in(system).memory();
            AddressRange range = range(symbol ? symbol(address, system) : number, length);
            return writer.finish(read(view, range, sink), system.physicalMemory());
        }
    }

    private static DamageReport read(MemoryView view, AddressRange range, PieceSink sink) throws IOException {
        DamageReport damage = new DamageReport();
        Fault first = Fault.NONE;
        long given = 0;
        long done = 0;
        boolean wanted = true;
        while (wanted && Address.below(done, range.length())) {
            long piece = Address.min(PIECE_BYTES, range.length() - done);
            PartialRead read = view.readPartial(range.start() + done, (int) piece);
            given += sink.accept(read);
            for (Gap gap : read.gaps()) {
                first = first == Fault.NONE ? gap.fault() : first;
                damage.missing(
                        gap.range().toString(),
                        new MissingPart("memory", gap.fault().text()));
            }
            wanted = read.isWhole() || sink.skipsGaps();
            done += piece;
        }
        sink.end();
        if (given == 0) {
            throw new MemoryAccessException(view.properties().kind(), range.start(), range.length(), first);
        }
        return damage;
    }

    private static PieceSink sink(Arguments arguments, Session session, ResultWriter writer) {
        boolean json = writer.form() == ResultWriter.Form.JSON;
        if (!arguments.has(RAW)) {
            return json ? new JsonSink(session.out()) : new HexDumpSink(session.writer());
        }
        if (json) {
            throw new UsageException("--raw and --json exclude each other.");
        }
        return new RawSink(session.out());
    }

    private static long length(String text) {
        long length = Units.parseBytes(text);
        if (length == 0) {
            throw new UsageException("LENGTH is 0; give the number of bytes to read.");
        }
        return length;
    }

    private static AddressRange range(long start, long length) {
        if (Address.overflows(start, length)) {
            throw new UsageException("%s bytes from %s on end beyond the 64-bit address space."
                    .formatted(Long.toUnsignedString(length), Address.format(start)));
        }
        return new AddressRange(start, length);
    }

    private static long symbol(String name, OperatingSystem system) {
        return system.symbols()
                .address(name)
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.NOT_FOUND,
                        "The kernel has no symbol \"" + name + "\"; memflow symbols lists those it has."));
    }
}
