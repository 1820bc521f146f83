package io.memflow.os.minidump.kernel;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.formats.filetime.FileTime;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the one process and the one thread that a triage dump has copies of. What the copies say is checked before it
 * is given: ids are multiples of four, names can be read, times lie before the system stopped. Thread-safe.
 */
final class StoppedRows {
    private static final String OTHERS = "a triage dump has only the one that ran on the processor that stopped";
    private static final int NAME_BYTES = 15;
    /** Ids are handles' numbers ({@code PspCidTable}). */
    private static final int ID_STEP = 4;

    private static final long LARGEST_ID = 1L << 30;
    /** {@code KTHREAD_STATE} (wdm.h). */
    private static final int READY = 1;

    private static final int RUNNING = 2;
    private static final int STANDBY = 3;
    private static final int TERMINATED = 4;
    private static final int WAITING = 5;

    private final StoppedObjects objects;
    private final MemberChoice choice;
    private final TimeWindow times;
    private final MemoryView memory;

    StoppedRows(StoppedSystem system, TimeWindow times) {
        objects = system.objects();
        choice = system.members();
        this.times = times;
        memory = objects.memory();
    }

    /** The process, and what is missing. */
    Listing<ProcessInfo> processes() {
        Long address = objects.process();
        ProcessMembers members = choice.process();
        if (address == null || members == null) {
            return Listing.absent("processes", why("EPROCESS"));
        }
        try {
            return new Listing<>(
                    List.of(process(address, members)), List.of(new MissingPart("other processes", OTHERS)));
        } catch (MemflowException contradiction) {
            return Listing.absent("processes", String.valueOf(contradiction.getMessage()));
        }
    }

    private ProcessInfo process(long address, ProcessMembers at) {
        FieldReader reader = new FieldReader();
        int pid = id("EPROCESS", address + at.id());
        boolean isKernel = objects.pointerAt(address + at.peb()) == 0;
        if (!isKernel) {
            reader.note(
                    "path and command line", "they lie in the process' own memory, which a triage dump does not hold");
        }
        Integer threads = at.activeThreads();
        return new ProcessInfo(
                address,
                pid,
                reader.read("InheritedFromUniqueProcessId", () -> parent(address + at.parent())),
                reader.read("ImageFileName", () -> name(address + at.name())),
                isKernel ? ProcessInfo.Kind.KERNEL : ProcessInfo.Kind.USER,
                TaskState.RUNNING,
                null,
                threads == null ? null : memory.readInt(address + threads),
                null,
                List.of(),
                reader.read("CreateTime", () -> time("EPROCESS", address + at.createTime())),
                null,
                objects.pointerAt(address + at.directoryTable()),
                reader.provenance("triage-process"));
    }

    private int parent(long address) {
        long id = objects.pointerAt(address);
        return id == 0 ? 0 : id("EPROCESS", address);
    }

    /** The thread, and what is missing. */
    Listing<ThreadInfo> threads() {
        Long address = objects.thread();
        ThreadMembers members = choice.thread();
        if (address == null || members == null) {
            return Listing.absent("threads", why("ETHREAD"));
        }
        try {
            return new Listing<>(List.of(thread(address, members)), List.of(new MissingPart("other threads", OTHERS)));
        } catch (MemflowException contradiction) {
            return Listing.absent("threads", String.valueOf(contradiction.getMessage()));
        }
    }

    private ThreadInfo thread(long address, ThreadMembers at) {
        FieldReader reader = new FieldReader();
        int word = memory.properties().pointerBytes();
        ThreadMembers.Places places = at.places();
        if (places == null) {
            reader.note("StartAddress", "its place in this build is not published");
        }
        return new ThreadInfo(
                address,
                id("ETHREAD", address + at.clientId()),
                id("ETHREAD", address + at.clientId() + word),
                null,
                state(memory.readByte(address + at.state())),
                new ThreadInfo.Places(
                        places == null ? null : place(address + places.start()),
                        places == null ? null : place(address + places.entry()),
                        place(address + at.teb()),
                        places == null ? null : stack(address, places),
                        null,
                        reader.read("CreateTime", () -> time("ETHREAD", address + at.createTime())),
                        null),
                reader.provenance("triage-thread"));
    }

    private ThreadInfo.Stack stack(long address, ThreadMembers.Places places) {
        return new ThreadInfo.Stack(
                objects.pointerAt(address + places.stackLimit()), objects.pointerAt(address + places.stackBase()));
    }

    private @Nullable Long place(long address) {
        long value = objects.pointerAt(address);
        return value == 0 ? null : value;
    }

    private static TaskState state(int number) {
        return switch (number) {
            case READY, RUNNING, STANDBY -> TaskState.RUNNING;
            case WAITING -> TaskState.SLEEPING;
            case TERMINATED -> TaskState.DEAD;
            default -> TaskState.UNKNOWN;
        };
    }

    private int id(String structure, long address) {
        long id = objects.pointerAt(address);
        if (id <= 0 || id > LARGEST_ID || id % ID_STEP != 0) {
            throw new MalformedDataException(structure, address, "it holds 0x%x, which is no id".formatted(id));
        }
        return (int) id;
    }

    private String name(long address) {
        byte[] bytes = memory.readBytes(address, NAME_BYTES);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            if (bytes[length] < ' ') {
                throw new MalformedDataException("EPROCESS", address, "its name has a byte that no name has");
            }
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** Of a system that kept no times it is not checked. */
    private @Nullable Instant time(String structure, long address) {
        long units = memory.readLong(address);
        if (times.start() != 0 && units != 0 && !times.holds(units)) {
            throw new MalformedDataException(structure, address, "it holds no time at which the system ran");
        }
        return FileTime.instant(units);
    }

    private String why(String structure) {
        return objects.doubts().isEmpty()
                ? "the places of members of %s in this build are not known".formatted(structure)
                : String.join("; ", objects.doubts());
    }
}
