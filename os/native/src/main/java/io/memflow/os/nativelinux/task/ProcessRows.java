package io.memflow.os.nativelinux.task;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Credentials;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.host.process.ProcessStat;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.KeyValues;
import io.memflow.os.nativelinux.proc.Roots;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Processes and threads as {@code /proc} shows them. A row is made of several files, so when all are read it is looked at
 * whether they were all of one process: its start time is the same as before. Thread-safe.
 */
public final class ProcessRows {
    private static final String SOURCE = "proc";
    private static final String STAT = "stat";
    private static final int DECIMAL = 10;
    /** How often a process may change while its row is made: it can be a fork, then a program, then a zombie, then gone. */
    private static final int MOST_TRIES = 8;

    private static final int NANOS_PER_TICK = 1_000_000_000 / ProcessStat.TICKS_PER_SECOND;

    private final Roots roots;

    /** Rows of the processes in a proc file system. */
    public ProcessRows(Roots roots) {
        this.roots = roots;
    }

    /** All processes that this user sees. */
    public Listing<ProcessInfo> processes() {
        Optional<Instant> booted = bootTime();
        List<ProcessInfo> rows = new ArrayList<>();
        for (int pid : pids()) {
            process(pid, booted).ifPresent(rows::add);
        }
        return new Listing<>(rows, hidden());
    }

    /** Ids of all processes that this user sees, ascending. */
    public List<Integer> pids() {
        return KernelFile.numbers(roots.proc());
    }

    /** The process of an id; empty when there is none. */
    public Optional<ProcessInfo> process(int pid) {
        return process(pid, bootTime());
    }

    private Optional<ProcessInfo> process(int pid, Optional<Instant> booted) {
        for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
            Optional<ProcessStat> before = stat(roots.process(pid));
            if (before.isEmpty()) {
                return Optional.empty();
            }
            ProcessInfo row = row(pid, before.get(), booted.orElse(null));
            Optional<ProcessStat> after = stat(roots.process(pid));
            if (after.isEmpty()) {
                return Optional.empty();
            }
            boolean same = after.get().startTime() == before.get().startTime();
            // A process that ends meanwhile has let go of half of what the row says, and one that runs another program
            // by
            // now has half of each. Both show in what it does or is called.
            boolean unchanged = isZombie(after.get()) == isZombie(before.get())
                    && after.get().isExiting() == before.get().isExiting()
                    && after.get().name().equals(before.get().name());
            if (same && unchanged) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    private static boolean isZombie(ProcessStat stat) {
        TaskState state = state(stat.state());
        return state == TaskState.ZOMBIE || state == TaskState.DEAD;
    }

    /** What the kernel says of the process or thread of a directory; empty when it has ended. */
    private static Optional<ProcessStat> stat(Path directory) {
        try {
            return ProcessStat.parse(KernelFile.text(directory.resolve(STAT)));
        } catch (MemflowException failed) {
            if (KernelFile.isGone(failed)) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    private ProcessInfo row(int pid, ProcessStat stat, @Nullable Instant booted) {
        FieldReader fields = new FieldReader();
        Path directory = roots.process(pid);
        Duration sinceBoot = Duration.ofNanos(Math.multiplyExact(stat.startTime(), (long) NANOS_PER_TICK));
        boolean hasNoProgram = stat.isKernelThread() || stat.isExiting();
        if (booted == null) {
            fields.note("btime", "/proc/stat has no such line");
        }
        return new ProcessInfo(
                null,
                pid,
                stat.parent(),
                stat.name(),
                stat.isKernelThread() ? ProcessInfo.Kind.KERNEL : ProcessInfo.Kind.USER,
                state(stat.state()),
                fields.read("status", () -> credentials(KeyValues.read(directory.resolve("status")))),
                stat.threads(),
                hasNoProgram
                        ? null
                        : fields.read(
                                "exe",
                                () -> KernelFile.optionalLink(directory.resolve("exe"))
                                        .orElse(null)),
                hasNoProgram
                        ? List.of()
                        : fields.readOr(
                                "cmdline", List.of(), () -> strings(KernelFile.text(directory.resolve("cmdline")))),
                booted == null ? null : booted.plus(sinceBoot),
                sinceBoot,
                null,
                fields.provenance(SOURCE));
    }

    /** Strings that each end in a zero byte. */
    static List<String> strings(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        String whole = text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
        return Arrays.asList(whole.split("\0", -1));
    }

    /** Real, effective, saved and file system's id are on one line (proc_pid_status(5)). */
    private static Credentials credentials(KeyValues status) {
        List<Long> users = status.numbers("Uid", DECIMAL);
        List<Long> groups = status.numbers("Gid", DECIMAL);
        if (users.size() < 2 || groups.size() < 2) {
            throw new MalformedDataException(status.file().toString(), 0, "the lines Uid and Gid are too short");
        }
        return new Credentials(users.get(0), groups.get(0), users.get(1), groups.get(1));
    }

    static TaskState state(char letter) {
        for (TaskState state : TaskState.values()) {
            if (state.letter() == letter) {
                return state;
            }
        }
        return TaskState.UNKNOWN;
    }

    /** When the machine was booted, to the second. */
    public Optional<Instant> bootTime() {
        return KernelFile.text(roots.proc().resolve(STAT))
                .lines()
                .filter(line -> line.matches("btime [0-9]{1,18}"))
                .map(line -> Instant.ofEpochSecond(Long.parseLong(line.substring(line.indexOf(' ') + 1))))
                .findFirst();
    }

    /** All threads of all processes. */
    public Listing<ThreadInfo> threads() {
        List<ThreadInfo> rows = new ArrayList<>();
        for (int pid : pids()) {
            rows.addAll(threads(pid).rows());
        }
        return new Listing<>(rows, hidden());
    }

    /** The threads of a process, the main one first; none when it has ended. */
    public Listing<ThreadInfo> threads(int pid) {
        List<ThreadInfo> rows = new ArrayList<>();
        Path tasks = roots.process(pid).resolve("task");
        try {
            for (int tid : KernelFile.numbers(tasks)) {
                Optional<ThreadInfo> row = stat(tasks.resolve(Integer.toString(tid)))
                        .map(stat -> new ThreadInfo(
                                null,
                                pid,
                                tid,
                                stat.name(),
                                state(stat.state()),
                                new FieldReader().provenance(SOURCE)));
                row.ifPresent(found -> rows.add(tid == pid ? 0 : rows.size(), found));
            }
        } catch (MemflowException failed) {
            if (!KernelFile.isGone(failed)) {
                throw failed;
            }
        }
        return new Listing<>(rows, List.of());
    }

    /** What the mount option {@code hidepid} of proc(5) keeps from this user. */
    private List<MissingPart> hidden() {
        return new HiddenProcesses(roots).missing();
    }
}
