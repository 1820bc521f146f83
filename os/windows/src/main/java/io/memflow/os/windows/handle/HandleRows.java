package io.memflow.os.windows.handle;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.windows.object.FileNames;
import io.memflow.os.windows.object.ObjectHeaders;
import io.memflow.os.windows.object.ObjectTypes;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds the rows of handles. Offsets are looked up once; memory is read at each call. Thread-safe. */
public final class HandleRows {
    private static final String SOURCE = "handle-table";
    private static final String FILE = "File";
    /** Devices whose files are no files of a disk. */
    private static final String PIPES = "\\Device\\NamedPipe";

    private static final String SOCKETS = "\\Device\\Afd";
    /** {@code FILE_READ_DATA} and {@code FILE_WRITE_DATA}, winnt.h. */
    private static final int READ_DATA = 1;

    private static final int WRITE_DATA = 2;

    private final MemoryView memory;
    private final int word;
    private final HandleTable tables;
    private final KernelField objectTable;
    private final ObjectHeaders headers;
    private final WhenKnown<ObjectTypes> types;
    private final WhenKnown<FileNames> files;
    private final WhenKnown<KernelField> processId;
    private final WhenKnown<KernelField> processName;
    private final WhenKnown<KernelField> threadId;

    /**
     * @throws MemflowException of kind NOT_FOUND when the places of members without which there is no list are not known
     */
    public HandleRows(WindowsKernel kernel) {
        memory = kernel.memory();
        word = kernel.pointerBytes();
        tables = new HandleTable(kernel);
        objectTable = kernel.field("_EPROCESS", "ObjectTable");
        headers = new ObjectHeaders(kernel);
        types = new WhenKnown<>(() -> new ObjectTypes(kernel, headers));
        files = new WhenKnown<>(() -> new FileNames(kernel, headers));
        processId = new WhenKnown<>(() -> kernel.field("_EPROCESS", "UniqueProcessId"));
        processName = new WhenKnown<>(() -> kernel.field("_EPROCESS", "ImageFileName"));
        threadId = new WhenKnown<>(() -> kernel.field("_ETHREAD", "Cid"));
    }

    /** The handles of one process, ascending; none when it has ended. */
    public Listing<HandleInfo> handles(ProcessInfo process) {
        String name = "handle table of process " + process.pid();
        long table;
        try {
            table = objectTable.pointer(Objects.requireNonNull(process.address()));
        } catch (MemflowException unreadable) {
            return Listing.absent(name, String.valueOf(unreadable.getMessage()));
        }
        if (table == 0) {
            return new Listing<>(List.of(), List.of());
        }
        HandleTable.Entries entries = tables.read(table, name);
        List<HandleInfo> rows = new ArrayList<>();
        entries.entries().forEach(entry -> rows.add(row(process.pid(), entry)));
        return new Listing<>(rows, entries.missing());
    }

    private HandleInfo row(int pid, HandleTable.Entry entry) {
        FieldReader fields = new FieldReader();
        long object = headers.object(entry.target());
        String type = fields.read("TypeIndex", () -> types.get().type(object));
        String name = fields.read("Name", () -> name(type, object));
        return new HandleInfo(
                object,
                pid,
                entry.handle(),
                type,
                kind(type, name),
                name,
                FILE.equals(type) ? access(entry.access()) : null,
                null,
                entry.access(),
                null,
                fields.provenance(SOURCE));
    }

    private static HandleInfo.@Nullable Kind kind(@Nullable String type, @Nullable String name) {
        if (type == null) {
            return null;
        }
        if (!type.equals(FILE)) {
            return HandleInfo.Kind.OBJECT;
        }
        if (name != null && name.startsWith(PIPES)) {
            return HandleInfo.Kind.PIPE;
        }
        return name != null && name.startsWith(SOCKETS) ? HandleInfo.Kind.SOCKET : HandleInfo.Kind.FILE;
    }

    private static HandleInfo.Access access(long granted) {
        boolean reads = (granted & READ_DATA) != 0;
        boolean writes = (granted & WRITE_DATA) != 0;
        if (reads) {
            return writes ? HandleInfo.Access.READ_WRITE : HandleInfo.Access.READ;
        }
        return writes ? HandleInfo.Access.WRITE : HandleInfo.Access.NONE;
    }

    /** What people know an object by: of kinds that have no names in a directory, what tells one from another. */
    private @Nullable String name(@Nullable String type, long object) {
        if (type == null) {
            return headers.path(object);
        }
        return switch (type) {
            case FILE -> files.get().name(object);
            case "Process" ->
                "%s (%d)"
                        .formatted(
                                processName.get().text(object), processId.get().pointer(object));
            case "Thread" -> {
                long client = threadId.get().at(object);
                yield "thread %d of process %d"
                        .formatted(memory.readPointer(client + word), memory.readPointer(client));
            }
            default -> headers.path(object);
        };
    }
}
