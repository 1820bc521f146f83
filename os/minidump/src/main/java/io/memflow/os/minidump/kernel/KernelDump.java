package io.memflow.os.minidump.kernel;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MachineFacts;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.os.ThreadRegisters;
import io.memflow.core.symbol.NoTypes;
import io.memflow.core.symbol.SymbolList;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.crashdump.CapturedMemory;
import io.memflow.formats.crashdump.CrashDump;
import io.memflow.formats.crashdump.CrashHeader;
import io.memflow.formats.crashdump.DebuggerOffsets;
import io.memflow.formats.crashdump.DumpDriver;
import io.memflow.formats.crashdump.TriageDump;
import io.memflow.formats.pe.PeModules;
import io.memflow.os.minidump.file.DumpFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A Windows kernel as a triage dump, or the header of a dump, tells of it. Closing it closes the file. Thread-safe. */
public final class KernelDump implements OperatingSystem {
    private static final String HEADER_ONLY = "the dump is a header alone";
    /** {@code NtBuildLab} is such as {@code 19041.1.amd64fre.vb_release.191206-1406}. */
    private static final int LONGEST_LAB = 128;

    private final DumpFile file;
    private final CrashHeader header;
    private final Optional<TriageDump> triage;
    private final @Nullable StoppedSystem stopped;
    private final CapturedMemory memory;
    private final List<DiscoveryStep> steps;

    /**
     * @param file owned by this from then on
     * @param dump what it holds
     */
    public KernelDump(DumpFile file, CrashDump dump) {
        this.file = file;
        header = dump.header();
        triage = dump.triage();
        stopped = triage.map(found -> StoppedSystem.of(file.bytes(), found, dump.header()))
                .orElse(null);
        memory = stopped == null
                ? new CapturedMemory(file.bytes(), List.of(), header.width())
                : stopped.objects().memory();
        steps = new DumpSteps(dump, stopped).all();
    }

    @Override
    public OsInfo info() {
        DumpMachine machine = new DumpMachine(header);
        DumpDriver kernel = triage.filter(found -> !found.drivers().isEmpty())
                .map(found -> found.drivers().getFirst())
                .orElse(null);
        return new OsInfo(
                "windows",
                "Windows " + machine.release(),
                machine.architecture(),
                null,
                kernel == null ? null : kernel.base(),
                null,
                kernel == null ? null : kernel.bytes(),
                null,
                header.directoryTable());
    }

    @Override
    public List<DiscoveryStep> discovery() {
        return steps;
    }

    @Override
    public Optional<PhysicalMemory> physicalMemory() {
        return Optional.empty();
    }

    @Override
    public MemoryView kernelMemory() {
        return memory;
    }

    @Override
    public Listing<ProcessInfo> processes() {
        return stopped == null
                ? Listing.absent("processes", HEADER_ONLY)
                : new StoppedRows(stopped, TimeWindow.of(header)).processes();
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return stopped == null
                ? Listing.absent("threads", HEADER_ONLY)
                : new StoppedRows(stopped, TimeWindow.of(header)).threads();
    }

    @Override
    public Listing<ThreadRegisters> threadRegisters() {
        Listing<ThreadRegisters> ofHeader = StoppedProcessors.ofHeader(
                header,
                threads().rows().stream()
                        .map(thread -> new StoppedProcessors.ThreadIds(thread.pid(), thread.tid()))
                        .findFirst());
        List<ThreadRegisters> rows = new ArrayList<>(ofHeader.rows());
        Optional<DebuggerOffsets> told = triage.flatMap(TriageDump::debuggerOffsets);
        told.ifPresent(offsets -> rows.addAll(StoppedProcessors.ofBlocks(header, offsets, memory)));
        return new Listing<>(rows, ofHeader.missing());
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return triage.map(found -> new Listing<>(DriverRows.of(found), List.<MissingPart>of()))
                .orElseGet(() -> Listing.absent("modules", HEADER_ONLY));
    }

    @Override
    public Listing<ModuleDetails> moduleDetails() {
        return new PeModules(modules(), memory).details();
    }

    @Override
    public Optional<TargetModule> module(String name) {
        return new PeModules(modules(), memory).module(name);
    }

    @Override
    public Listing<MachineFacts> machine() {
        FieldReader reader = new FieldReader();
        DumpMachine machine = new DumpMachine(header);
        Optional<DebuggerOffsets> told = triage.flatMap(TriageDump::debuggerOffsets);
        String lab = told.isEmpty()
                ? null
                : reader.read("NtBuildLab", () -> lab(machine.address(told.get().buildLab())));
        return new Listing<>(
                List.of(new MachineFacts(
                        null,
                        null,
                        "Windows",
                        machine.release(),
                        lab,
                        machine.architecture(),
                        null,
                        TimeWindow.of(header).started(),
                        (int) Math.min(header.processors(), Integer.MAX_VALUE),
                        null,
                        reader.provenance("dump-header"))),
                List.of());
    }

    private String lab(long address) {
        byte[] bytes = memory.readBytes(address, LONGEST_LAB);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    @Override
    public SymbolTable symbols() {
        return SymbolList.of(List.of());
    }

    @Override
    public TypeTable types() {
        return new NoTypes("a triage dump has none");
    }

    @Override
    public Optional<TargetProcess> process(int pid) {
        return processes().rows().stream()
                .filter(row -> row.pid() == pid)
                .findFirst()
                .map(this::process);
    }

    @Override
    public TargetProcess process(ProcessInfo row) {
        Listing<ThreadInfo> all = threads();
        return new StoppedProcess(
                row,
                new Listing<>(
                        all.rows().stream()
                                .filter(thread -> thread.pid() == row.pid())
                                .toList(),
                        all.missing()),
                memory);
    }

    @Override
    public void close() {
        file.close();
    }
}
