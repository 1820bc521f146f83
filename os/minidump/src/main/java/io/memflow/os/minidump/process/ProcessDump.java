package io.memflow.os.minidump.process;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MachineFacts;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.os.ThreadRegisters;
import io.memflow.core.symbol.NoTypes;
import io.memflow.core.symbol.SymbolList;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.crashdump.CapturedMemory;
import io.memflow.formats.minidump.Minidump;
import io.memflow.formats.minidump.MinidumpSystem;
import io.memflow.os.minidump.file.DumpFile;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The system that one process ran on, as its minidump tells of it: that process and nothing else. Closing it closes the file.
 * Thread-safe.
 */
public final class ProcessDump implements OperatingSystem {
    private static final String NO_KERNEL = "a minidump of one process has nothing of the kernel";

    private final DumpFile file;
    private final Minidump dump;
    private final DumpSystem system;
    private final CapturedMemory memory;
    private final int pid;
    private final boolean hasPid;

    /**
     * @param file owned by this from then on
     * @param dump what it holds
     * @throws io.memflow.core.error.MalformedDataException when it does not say what it is of, or lists memory that
     *     contradicts the format
     */
    public ProcessDump(DumpFile file, Minidump dump) {
        this.file = file;
        this.dump = dump;
        system = DumpSystem.of(dump.system()
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.PARTIAL_DATA,
                        "\"%s\" is a minidump without a word on the system and processor it is of (SystemInfo stream): take it again."
                                .formatted(file.path()))));
        memory = dump.memory();
        OptionalLong number = dump.processId();
        hasPid = number.isPresent() && number.getAsLong() <= Integer.MAX_VALUE;
        pid = hasPid ? (int) number.getAsLong() : 0;
    }

    @Override
    public OsInfo info() {
        return new OsInfo(system.name(), system.version(), system.architecture(), null, null, null, null, null, null);
    }

    @Override
    public List<DiscoveryStep> discovery() {
        return new ProcessDumpSteps(dump, memory, file.size()).all();
    }

    @Override
    public Optional<PhysicalMemory> physicalMemory() {
        return Optional.empty();
    }

    @Override
    public MemoryView kernelMemory() {
        throw new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_SUPPORTED,
                "There is no kernel memory to read: %s; read from its process %d.".formatted(NO_KERNEL, pid));
    }

    @Override
    public Listing<ProcessInfo> processes() {
        return new Listing<>(List.of(row()), List.of());
    }

    private ProcessInfo row() {
        FieldReader reader = new FieldReader();
        if (!hasPid) {
            reader.note("pid", "the dump does not say (MiscInfo stream); 0 stands for it");
        }
        String path = ModuleRows.of(dump).rows().stream()
                .filter(module -> module.presence() == ModuleInfo.Presence.LOADED)
                .map(module -> module.path() == null ? module.name() : module.path())
                .findFirst()
                .orElse(null);
        if (path == null) {
            reader.note("name", "the dump lists no module");
        }
        return new ProcessInfo(
                null,
                pid,
                null,
                path == null ? null : ModuleRows.name(path),
                ProcessInfo.Kind.USER,
                TaskState.UNKNOWN,
                null,
                reader.read("threads", () -> dump.threads().size()),
                path,
                List.of(),
                reader.read(
                        "start time",
                        () -> dump.processStart().stream()
                                .mapToObj(Instant::ofEpochSecond)
                                .findFirst()
                                .orElse(null)),
                null,
                null,
                reader.provenance("module-list"));
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return threadRows().threads();
    }

    @Override
    public Listing<ThreadRegisters> threadRegisters() {
        return threadRows().registers();
    }

    private ThreadRows threadRows() {
        return new ThreadRows(dump, pid, system, memory);
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return Listing.absent("modules of the kernel", NO_KERNEL + "; name its process, " + pid + ", for its own");
    }

    @Override
    public Listing<MachineFacts> machine() {
        MinidumpSystem facts = system.system();
        return new Listing<>(
                List.of(new MachineFacts(
                        null,
                        null,
                        system.title(),
                        system.release(),
                        null,
                        system.architecture(),
                        null,
                        null,
                        facts.processors(),
                        null,
                        new Provenance(List.of("system-info"), List.of()))),
                List.of());
    }

    @Override
    public SymbolTable symbols() {
        return SymbolList.of(List.of());
    }

    @Override
    public TypeTable types() {
        return new NoTypes(NO_KERNEL);
    }

    @Override
    public Optional<TargetProcess> process(int wanted) {
        return wanted == pid ? Optional.of(process(row())) : Optional.empty();
    }

    @Override
    public TargetProcess process(ProcessInfo row) {
        return new DumpedProcess(row, dump, threadRows(), memory);
    }

    @Override
    public void close() {
        file.close();
    }
}
