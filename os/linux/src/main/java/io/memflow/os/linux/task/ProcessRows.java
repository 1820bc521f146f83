package io.memflow.os.linux.task;

import io.memflow.core.address.Address;
import io.memflow.core.cache.Moments;
import io.memflow.core.error.MemflowException;
import io.memflow.core.evidence.Found;
import io.memflow.core.evidence.Sighting;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Credentials;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.structure.KernelList;
import io.memflow.core.structure.Place;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.structure.WhenKnown;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.linux.file.PathReader;
import io.memflow.os.linux.structure.Kernel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Builds the rows of processes and threads. Offsets are looked up once; memory is read at each call. Thread-safe. */
public final class ProcessRows {
    /** What threads are found through. */
    private static final String THREAD_LIST = "thread-list";

    private final Kernel kernel;
    private final MemoryView memory;
    private final Tasks tasks;
    private final WhenKnown<TaskStates> states;
    private final TaskMarks marks;
    private final TaskNames names;
    private final WhenKnown<UserStrings> strings;
    private final WhenKnown<PathReader> paths;
    private final BootClock clock;
    private final Place realParent;
    private final Place realCred;
    private final Place uid;
    private final Place gid;
    private final Place effectiveUid;
    private final Place effectiveGid;
    private final Place signal;
    private final Place threadCount;
    private final Place startBoottime;
    private final Place mm;
    private final Place exeFile;
    private final Place pgd;

    public ProcessRows(Kernel kernel, WhenKnown<PathReader> paths, WhenKnown<UserStrings> strings) {
        this.kernel = kernel;
        this.memory = kernel.memory();
        this.paths = paths;
        this.strings = strings;
        tasks = new Tasks(kernel);
        marks = tasks.marks();
        states = new WhenKnown<>(() -> new TaskStates(kernel));
        names = new TaskNames(kernel);
        clock = new BootClock(kernel);
        StructureLayout layout = kernel.layout();
        realParent = layout.place("task_struct", "real_parent");
        realCred = layout.place("task_struct", "real_cred");
        uid = layout.place("cred", "uid.val");
        gid = layout.place("cred", "gid.val");
        effectiveUid = layout.place("cred", "euid.val");
        effectiveGid = layout.place("cred", "egid.val");
        signal = layout.place("task_struct", "signal");
        threadCount = layout.place("signal_struct", "nr_threads");
        // Renamed in 5.5; both count nanoseconds since boot, suspend included.
        startBoottime = layout.place("task_struct", "start_boottime", "real_start_time");
        mm = layout.place("task_struct", "mm");
        exeFile = layout.place("mm_struct", "exe_file");
        pgd = layout.place("mm_struct", "pgd");
    }

    /** Those that ended while their rows were read are no rows, and named. */
    public Listing<ProcessInfo> processes() {
        Optional<Moments> moments = memory.capability(Moments.class);
        return moments.isPresent()
                ? moments.get().during("processes", () -> processesOfMoment(moments.get()))
                : processes(tasks.processes(), clock.bootTime(), Map.of());
    }

    /**
     * Rows out of one moment, in which far fewer calls are made. They hold where their tasks are afterwards what they were;
     * the others are read once more, each for itself.
     */
    private Listing<ProcessInfo> processesOfMoment(Moments moments) {
        Found<TaskSource> found = tasks.processes();
        Optional<Instant> bootTime = clock.bootTime();
        Map<Long, ProcessInfo> rows = new HashMap<>();
        for (Sighting<TaskSource> sighting : found.sightings()) {
            try {
                ProcessInfo row = process(sighting, bootTime);
                if (tasks.isStill(sighting.address(), row.pid())) {
                    rows.put(sighting.address(), row);
                }
            } catch (MemoryAccessException unreadable) {
                // Read again below, as the memory is then.
                rows.remove(sighting.address());
            }
        }
        List<Long> made = List.copyOf(rows.keySet());
        BitSet unchanged = marks.unchanged(made, moments);
        for (int i = 0; i < made.size(); i++) {
            if (!unchanged.get(i)) {
                rows.remove(made.get(i));
            }
        }
        return moments.outside(() -> processes(found, bootTime, rows));
    }

    /** @param made rows that hold already, by the addresses of their tasks */
    private Listing<ProcessInfo> processes(
            Found<TaskSource> found, Optional<Instant> bootTime, Map<Long, ProcessInfo> made) {
        List<ProcessInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(found.missing());
        for (Sighting<TaskSource> sighting : found.sightings()) {
            try {
                ProcessInfo known = made.get(sighting.address());
                ProcessInfo row = known == null ? process(sighting, bootTime) : known;
                if (known != null || tasks.isStill(sighting.address(), row.pid())) {
                    rows.add(row);
                } else {
                    missing.add(noLonger(sighting.address(), row.pid()));
                }
            } catch (MemoryAccessException unreadable) {
                missing.add(lost(sighting.address(), unreadable));
            }
        }
        copies(rows).forEach(copy -> {
            rows.remove(copy);
            missing.add(noLonger(Objects.requireNonNull(copy.address()), copy.pid()));
        });
        return new Listing<>(rows, missing);
    }

    /** Of rows with one number those that the task list does not have, where it has another of them. */
    private List<ProcessInfo> copies(List<ProcessInfo> rows) {
        Map<Integer, List<ProcessInfo>> byPid = rows.stream().collect(Collectors.groupingBy(ProcessInfo::pid));
        List<ProcessInfo> copies = new ArrayList<>();
        for (List<ProcessInfo> same : byPid.values()) {
            if (same.size() > 1) {
                List<ProcessInfo> unlisted = same.stream()
                        .filter(row -> !tasks.isListed(Objects.requireNonNull(row.address()), row.pid()))
                        .toList();
                copies.addAll(unlisted.size() < same.size() ? unlisted : List.of());
            }
        }
        return copies;
    }

    /** Address of the main thread's {@code task_struct} and the row of one process. */
    public Optional<ProcessInfo> process(int pid) {
        for (Sighting<TaskSource> sighting : tasks.processes().sightings()) {
            if (tasks.tgid(sighting.address()) == pid) {
                return Optional.of(process(sighting, clock.bootTime()));
            }
        }
        return Optional.empty();
    }

    /** When the machine was booted, by its own clock; empty when no timekeeper was found. */
    public Optional<Instant> bootTime() {
        return clock.bootTime();
    }

    /** All threads of all processes. */
    public Listing<ThreadInfo> threads() {
        Found<TaskSource> processes = tasks.processes();
        List<ThreadInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(processes.missing());
        processes.sightings().forEach(sighting -> addThreads(sighting.address(), rows, missing));
        return new Listing<>(rows, missing);
    }

    /** The threads of one process, given the address of its main thread. */
    public Listing<ThreadInfo> threads(long task) {
        List<ThreadInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        addThreads(task, rows, missing);
        return new Listing<>(rows, missing);
    }

    /**
     * Virtual address of a process' {@code mm_struct}, 0 when it has none. A main thread that exited before the others
     * has let go of it, so that {@code /proc/PID/maps} is empty; the process lives on in theirs.
     */
    public long addressSpace(long task) {
        return memory.readPointer(mm.in(livingThread(task)));
    }

    /**
     * Virtual address of the thread through which a process still holds its memory and files: the main thread, or another
     * when that one has exited before it.
     */
    public long livingThread(long task) {
        if (memory.readPointer(mm.in(task)) != 0 || names.isKernelThread(task)) {
            return task;
        }
        for (long thread : tasks.threads(task).addresses()) {
            if (memory.readPointer(mm.in(thread)) != 0) {
                return thread;
            }
        }
        return task;
    }

    /** Physical address of the root page table that an {@code mm_struct} names; null when it is not mapped. */
    public @Nullable Long rootPageTable(long addressSpace) {
        Translation translation = new Translation();
        long table = memory.readPointer(pgd.in(addressSpace));
        return kernel.memory().translate(table, translation) ? translation.physical() : null;
    }

    private void addThreads(long process, List<ThreadInfo> rows, List<MissingPart> missing) {
        try {
            KernelList.Entries entries = tasks.threads(process);
            missing.addAll(entries.missing());
            entries.addresses().forEach(task -> rows.add(thread(task)));
        } catch (MemflowException unreadable) {
            missing.add(lost(process, unreadable));
        }
    }

    private ThreadInfo thread(long task) {
        FieldReader fields = new FieldReader();
        int pid = tasks.tgid(task);
        int tid = tasks.tid(task);
        String name = fields.read("comm", () -> names.read(task, fields));
        TaskState state =
                fields.readOr("state", TaskState.UNKNOWN, () -> states.get().read(task));
        return new ThreadInfo(task, pid, tid, name, state, fields.provenance(THREAD_LIST));
    }

    private ProcessInfo process(Sighting<TaskSource> sighting, Optional<Instant> bootTime) {
        long task = sighting.address();
        FieldReader fields = new FieldReader();
        int pid = tasks.tgid(task);
        String name = fields.read("comm", () -> names.read(task, fields));
        TaskState state =
                fields.readOr("state", TaskState.UNKNOWN, () -> states.get().read(task));
        ProcessInfo.Kind kind = fields.readOr("flags", ProcessInfo.Kind.USER, () -> kind(task));
        Integer parent = fields.read("real_parent", () -> tasks.tgid(memory.readPointer(realParent.in(task))));
        Credentials credentials = fields.read("real_cred", () -> credentials(task));
        Integer threads =
                fields.read("nr_threads", () -> memory.readInt(threadCount.in(memory.readPointer(signal.in(task)))));
        Duration sinceBoot =
                fields.read("start_boottime", () -> Duration.ofNanos(memory.readLong(startBoottime.in(task))));
        Instant start = sinceBoot == null
                ? null
                : bootTime.map(boot -> boot.plus(sinceBoot)).orElse(null);
        if (bootTime.isEmpty()) {
            fields.note("start_time", "the kernel's timekeeper was not found");
        }
        long space = fields.readOr("mm", 0L, () -> addressSpace(task));
        String path = space == 0 ? null : fields.read("exe_file", () -> executable(space));
        Long root = space == 0 ? null : fields.read("pgd", () -> rootPageTable(space));
        List<String> arguments = List.of();
        if (root != null) {
            VirtualMemory user = kernel.processMemory(root);
            arguments =
                    fields.readOr("command line", arguments, () -> strings.get().arguments(space, user));
        } else if (space != 0) {
            fields.note("pgd", "its page table lies at an address that does not translate");
        }
        return new ProcessInfo(
                task,
                pid,
                parent,
                name,
                kind,
                state,
                credentials,
                threads,
                path,
                arguments,
                start,
                sinceBoot,
                root,
                fields.provenance(sighting.sourceNames()));
    }

    private ProcessInfo.Kind kind(long task) {
        return names.isKernelThread(task) ? ProcessInfo.Kind.KERNEL : ProcessInfo.Kind.USER;
    }

    private Credentials credentials(long task) {
        long cred = memory.readPointer(realCred.in(task));
        return new Credentials(
                memory.readUnsigned(uid.in(cred), Integer.BYTES),
                memory.readUnsigned(gid.in(cred), Integer.BYTES),
                memory.readUnsigned(effectiveUid.in(cred), Integer.BYTES),
                memory.readUnsigned(effectiveGid.in(cred), Integer.BYTES));
    }

    private @Nullable String executable(long space) {
        long file = memory.readPointer(exeFile.in(space));
        return file == 0 ? null : paths.get().path(file);
    }

    private static MissingPart noLonger(long task, int pid) {
        return new MissingPart(
                "process " + pid,
                "the task at %s is no main thread of that number: it ended while it was read, or is damaged"
                        .formatted(Address.format(task)));
    }

    private static MissingPart lost(long task, MemflowException unreadable) {
        return new MissingPart("task at " + Address.format(task), unreadable.getMessage());
    }
}
