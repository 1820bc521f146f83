package io.memflow.os.windows.thread;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import io.memflow.core.evidence.Found;
import io.memflow.core.evidence.Sighting;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.structure.KernelField;
import io.memflow.formats.filetime.FileTime;
import io.memflow.os.windows.page.PageReaders;
import io.memflow.os.windows.structure.UserLayout;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds the rows of threads. Offsets are looked up once; memory is read at each call. Thread-safe. */
public final class ThreadRows {
    /** Bits of {@code CreateTime} that other members took, until 2003 SP0; its number is that of later ones too. */
    private static final int CREATE_TIME_FLAGS = 3;
    /** A time of the year 3185, and with the bits above one of 1798. */
    private static final long LAST_PLAIN_TIME = 500_000_000_000_000_000L;

    private final WindowsKernel kernel;
    private final PageReaders pages;
    private final ThreadFields fields;
    private final ThreadLists lists;
    private final ThreadStates states;
    private final UserLayout layout;
    private final Optional<KernelField> start;
    private final Optional<KernelField> entry;
    private final Optional<KernelField> block;
    private final Optional<KernelField> stackLow;
    private final Optional<KernelField> stackHigh;
    private final Optional<KernelField> createTime;
    private final Optional<KernelField> exitTime;

    /**
     * @param pages finds user stacks in pages that page tables do not map
     * @throws MemflowException of kind NOT_FOUND when the places of members without which there is no list are not known
     */
    public ThreadRows(WindowsKernel kernel, PageReaders pages) {
        this.pages = pages;
        this.kernel = kernel;
        fields = new ThreadFields(kernel);
        lists = new ThreadLists(kernel, fields);
        states = new ThreadStates(kernel);
        layout = UserLayout.of(PointerWidth.of(kernel.memory().properties()));
        start = kernel.optionalField("_ETHREAD", "StartAddress");
        entry = kernel.optionalField("_ETHREAD", "Win32StartAddress");
        block = kernel.optionalField("_KTHREAD", "Teb");
        stackLow = kernel.optionalField("_KTHREAD", "StackLimit");
        stackHigh = kernel.optionalField("_KTHREAD", "StackBase");
        createTime = kernel.optionalField("_ETHREAD", "CreateTime");
        exitTime = kernel.optionalField("_ETHREAD", "ExitTime");
    }

    /**
     * All threads of some processes.
     *
     * @param processes rows that this layer gave
     * @param numbered virtual addresses that the table of ids leads to, of threads among others
     */
    public Listing<ThreadInfo> threads(List<ProcessInfo> processes, List<Long> numbered) {
        Map<Long, List<Long>> byProcess = byProcess(numbered);
        List<ThreadInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        for (ProcessInfo process : processes) {
            long address = Objects.requireNonNull(process.address());
            Listing<ThreadInfo> own = threads(process, byProcess.getOrDefault(address, List.of()));
            rows.addAll(own.rows());
            missing.addAll(own.missing());
        }
        return new Listing<>(rows, missing);
    }

    /** The threads of one process. */
    public Listing<ThreadInfo> threads(ProcessInfo process) {
        return threads(process, List.<Long>of());
    }

    private Map<Long, List<Long>> byProcess(List<Long> numbered) {
        Map<Long, List<Long>> threads = new HashMap<>();
        for (long object : numbered) {
            try {
                threads.computeIfAbsent(fields.process(object), process -> new ArrayList<>())
                        .add(object);
            } catch (MemflowException unreadable) {
                // It is no thread that could be shown, or found on the lists of its process.
            }
        }
        return threads;
    }

    private Listing<ThreadInfo> threads(ProcessInfo process, List<Long> numbered) {
        Found<ThreadSource> found = lists.find(Objects.requireNonNull(process.address()), process.pid(), numbered);
        List<ThreadInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(found.missing());
        Long root = process.dtb();
        long address = Objects.requireNonNull(process.address());
        MemoryView space = root == null
                ? null
                : pages.pages(address, kernel.processMemory(root)).memory();
        for (Sighting<ThreadSource> sighting : found.sightings()) {
            try {
                rows.add(row(sighting, process, space));
            } catch (MemflowException unreadable) {
                missing.add(new MissingPart(
                        "thread at " + Address.format(sighting.address()), String.valueOf(unreadable.getMessage())));
            }
        }
        return new Listing<>(rows, missing);
    }

    private ThreadInfo row(Sighting<ThreadSource> sighting, ProcessInfo process, @Nullable MemoryView space) {
        long thread = sighting.address();
        FieldReader reader = new FieldReader();
        TaskState state = reader.readOr("State", TaskState.UNKNOWN, () -> states.read(thread));
        Long teb = place("Teb", block, thread, reader);
        ThreadInfo.Places places = new ThreadInfo.Places(
                place("StartAddress", start, thread, reader),
                place("Win32StartAddress", entry, thread, reader),
                teb,
                reader.read("StackBase", () -> kernelStack(thread)),
                teb == null || space == null ? null : reader.read("NtTib", () -> userStack(space, teb)),
                reader.read("CreateTime", () -> createTime(thread)),
                // While it runs, the member's place serves a list.
                state == TaskState.DEAD ? reader.read("ExitTime", () -> time(exitTime, thread)) : null);
        return new ThreadInfo(
                thread,
                process.pid(),
                fields.tid(thread),
                null,
                state,
                places,
                reader.provenance(sighting.sourceNames()));
    }

    /** A place that a pointer leads to; null where it leads nowhere. */
    private static @Nullable Long place(String what, Optional<KernelField> member, long thread, FieldReader reader) {
        if (member.isEmpty()) {
            reader.note(what, "its place in this kernel is not known");
            return null;
        }
        Long address = reader.read(what, () -> member.get().pointer(thread));
        return address == null || address == 0 ? null : address;
    }

    private ThreadInfo.@Nullable Stack kernelStack(long thread) {
        if (stackLow.isEmpty() || stackHigh.isEmpty()) {
            return null;
        }
        long low = stackLow.get().pointer(thread);
        long high = stackHigh.get().pointer(thread);
        return high == 0 ? null : new ThreadInfo.Stack(low, high);
    }

    /** {@code NT_TIB} is what a {@code TEB} begins with. */
    private ThreadInfo.Stack userStack(MemoryView space, long teb) {
        return new ThreadInfo.Stack(
                space.readPointer(teb + layout.teb().stackLimit(), layout.width()),
                space.readPointer(teb + layout.teb().stackBase(), layout.width()));
    }

    private @Nullable Instant createTime(long thread) {
        if (createTime.isEmpty()) {
            return null;
        }
        long units = createTime.get().unsigned(thread);
        boolean shifted = !kernel.version().isAtLeast(WindowsVersion.VISTA) && units > LAST_PLAIN_TIME;
        return FileTime.instant(shifted ? units >> CREATE_TIME_FLAGS : units);
    }

    private static @Nullable Instant time(Optional<KernelField> member, long thread) {
        return member.isPresent() ? FileTime.instant(member.get().unsigned(thread)) : null;
    }
}
