package io.memflow.os.windows.process;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import io.memflow.core.evidence.Found;
import io.memflow.core.evidence.Sighting;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.formats.filetime.FileTime;
import io.memflow.os.windows.object.FileNames;
import io.memflow.os.windows.object.ObjectHeaders;
import io.memflow.os.windows.structure.UserLayout;
import io.memflow.os.windows.structure.WindowsKernel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds the rows of processes. Offsets are looked up once; memory is read at each call. Thread-safe. */
public final class ProcessRows {
    private final ProcessReaders readers;
    private final UserLayout layout;
    private final ProcessFields fields;
    private final Processes processes;
    private final ProcessPath path;
    private final Optional<KernelField> parent;
    private final Optional<KernelField> activeThreads;
    private final Optional<KernelField> createTime;
    private final Optional<KernelField> peb;
    private final RootRecovery recovery;

    /**
     * @throws MemflowException of kind NOT_FOUND when the places of members without which there is no list are not known
     */
    public ProcessRows(ProcessReaders readers) {
        this.readers = readers;
        WindowsKernel kernel = readers.kernel();
        layout = UserLayout.of(PointerWidth.of(kernel.memory().properties()));
        fields = new ProcessFields(kernel);
        processes = new Processes(kernel, fields, readers.search());
        path = new ProcessPath(kernel, new WhenKnown<>(() -> new FileNames(kernel, new ObjectHeaders(kernel))));
        parent = kernel.optionalField("_EPROCESS", "InheritedFromUniqueProcessId");
        activeThreads = kernel.optionalField("_EPROCESS", "ActiveThreads");
        createTime = kernel.optionalField("_EPROCESS", "CreateTime");
        peb = kernel.optionalField("_EPROCESS", "Peb");
        recovery = new RootRecovery(kernel, layout);
    }

    /** All processes; those on the kernel's own list come first, in its order. */
    public Listing<ProcessInfo> processes() {
        Found<ProcessSource> found = processes.find();
        List<ProcessInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(found.missing());
        for (Sighting<ProcessSource> sighting : found.sightings()) {
            try {
                rows.add(row(sighting));
            } catch (MemflowException unreadable) {
                missing.add(new MissingPart(
                        "process at " + Address.format(sighting.address()), String.valueOf(unreadable.getMessage())));
            }
        }
        return new Listing<>(rows, missing);
    }

    /** The process of an id: of several the one that has not ended. */
    public Optional<ProcessInfo> process(int pid) {
        Optional<ProcessInfo> ended = Optional.empty();
        for (ProcessInfo row : processes().rows()) {
            if (row.pid() == pid) {
                if (row.state() != TaskState.ZOMBIE) {
                    return Optional.of(row);
                }
                ended = Optional.of(row);
            }
        }
        return ended;
    }

    private ProcessInfo row(Sighting<ProcessSource> sighting) {
        long process = sighting.address();
        FieldReader reader = new FieldReader();
        int pid = fields.pid(process);
        // Windows keeps no state of a process as a whole: it runs until it has ended, and its threads do or do not.
        boolean ended = reader.readOr("ExitTime", false, () -> fields.hasEnded(process));
        String file = path.read(process, reader);
        long block = ended || peb.isEmpty()
                ? 0
                : reader.readOr("Peb", 0L, () -> peb.get().pointer(process));
        Long root = reader.read("DirectoryTableBase", () -> {
            long named = fields.root(process);
            return block == 0 ? named : recovery.root(process, named, block, reader);
        });
        List<String> arguments = block == 0 || root == null
                ? List.of()
                : reader.readOr(
                        "CommandLine",
                        List.of(),
                        () -> UserParameters.read(readers.memory(process, root), layout, block)
                                .arguments());
        return new ProcessInfo(
                process,
                pid,
                parent(process, reader),
                reader.read("ImageFileName", () -> name(process, file)),
                block == 0 && !ended ? ProcessInfo.Kind.KERNEL : ProcessInfo.Kind.USER,
                ended ? TaskState.ZOMBIE : TaskState.RUNNING,
                null,
                number("ActiveThreads", activeThreads, process, reader),
                file,
                arguments,
                startTime(process, reader),
                null,
                root,
                reader.provenance(sighting.sourceNames()));
    }

    /** The kernel keeps 15 bytes of the name; the path has the rest. */
    private String name(long process, @Nullable String file) {
        String kept = fields.name.text(process);
        String last = file == null ? "" : file.substring(file.lastIndexOf('\\') + 1);
        boolean continues = last.toLowerCase(Locale.ROOT).startsWith(kept.toLowerCase(Locale.ROOT));
        return continues && last.length() > kept.length() ? last : kept;
    }

    private @Nullable Integer parent(long process, FieldReader reader) {
        if (parent.isEmpty()) {
            reader.note("InheritedFromUniqueProcessId", "its place in this kernel is not known");
            return null;
        }
        return reader.read(
                "InheritedFromUniqueProcessId", () -> (int) parent.get().pointer(process));
    }

    private @Nullable Instant startTime(long process, FieldReader reader) {
        if (createTime.isEmpty()) {
            reader.note("CreateTime", "its place in this kernel is not known");
            return null;
        }
        return reader.read("CreateTime", () -> FileTime.instant(createTime.get().unsigned(process)));
    }

    private static @Nullable Integer number(
            String what, Optional<KernelField> field, long process, FieldReader reader) {
        if (field.isEmpty()) {
            reader.note(what, "its place in this kernel is not known");
            return null;
        }
        return reader.read(what, () -> (int) field.get().unsigned(process));
    }
}
