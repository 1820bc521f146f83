package io.memflow.os.linux.learn;

import io.memflow.os.linux.structure.KernelVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Learns {@code task_struct} (include/linux/sched.h) from the ring of all processes: what they must have in common, and
 * what must tell kernel threads from the others. Confined.
 */
final class TaskLearner {
    private static final String TASK = "task_struct";
    /** {@code PID_MAX_LIMIT}, include/linux/threads.h. */
    private static final long LARGEST_PID = 4 << 20;
    /** Process 2 is the parent of all kernel threads ({@code rest_init()}, init/main.c). */
    private static final long KTHREADD = 2;
    /** {@code PF_KTHREAD} and {@code PF_WQ_WORKER}, include/linux/sched.h. */
    private static final long KERNEL_THREAD = 0x0020_0000;

    private static final long WORKQUEUE_WORKER = 0x20;
    /** {@code TASK_IDLE}, and the states in which a task waits for something, with and without TASK_FREEZABLE. */
    private static final long IDLE = 0x402;

    private static final Set<Long> WAITING = Set.of(1L, 2L, 4L, 8L, 0x40L, 0x80L, IDLE, 0x2001L, 0x2002L, 0x102L);
    /** {@code SIGCHLD}: what the parent of nearly every process is sent at its end. */
    private static final long SIGCHLD = 17;
    /** What {@code exit_state} may hold: nothing, {@code EXIT_DEAD}, {@code EXIT_ZOMBIE}. */
    private static final Set<Long> EXIT_STATES = Set.of(0L, 0x10L, 0x20L);
    /** A hundred years in nanoseconds. */
    private static final long LONGEST_UPTIME = 100L * 366 * 86_400 * 1_000_000_000L;

    /** The two clocks of a start are read one after the other; never a second apart, in nanoseconds. */
    private static final long CLOCK_READS = 1_000_000_000L;

    private final KernelBytes source;
    private final Lesson lesson;
    private final KernelVersion version;
    private final int word;
    private final int comm;
    private final Samples tasks;
    private final Map<Long, Integer> byAddress = new HashMap<>();
    /** Whether each task is a kernel thread, once parents are known. */
    private boolean[] kernelThread = {};

    /**
     * @param idle virtual address of the idle task
     * @param ring all tasks, and where the idle one has its name
     */
    TaskLearner(KernelBytes source, Lesson lesson, KernelVersion version, long idle, TaskRing ring) {
        this.source = source;
        this.lesson = lesson;
        this.version = version;
        word = source.word();
        comm = (int) (ring.comm() - idle);
        List<Long> addresses = ring.names().stream().map(name -> name - comm).toList();
        // Behind the name lie its neighbours in the source that matter here, none of them far.
        tasks = new Samples(source, addresses, comm + 512);
        for (int i = 0; i < tasks.count(); i++) {
            byAddress.put(tasks.address(i), i);
        }
        Ruling all = new Ruling(comm, tasks.count(), 0);
        lesson.take(TASK, "comm", TaskRingFinder.COMM_BYTES, all);
        lesson.take(TASK, "tasks", 2 * word, all.at(comm + ring.link()));
        lesson.landmark("init_task", idle);
    }

    /** The start of the idle task: where its parent and its leader point, which it is itself. */
    static Optional<Long> idleTask(KernelBytes source, TaskRing ring) {
        Set<Long> names = new HashSet<>(ring.names());
        for (int offset = -TaskRingFinder.REACH; offset < 0; offset += source.word()) {
            long self = source.word(ring.comm() + offset);
            long distance = ring.comm() - self;
            int at = offset;
            if (distance <= 0
                    || distance > TaskRingFinder.REACH
                    || ring.names().stream()
                            .limit(Samples.MOST)
                            .noneMatch(name -> name != ring.comm() && source.word(name + at) == self)) {
                continue;
            }
            // A damaged ring lacks some parents; what they have at the name's distance is a name all the same.
            long parents = ring.names().stream()
                    .limit(Samples.MOST)
                    .map(name -> source.word(name + at) + distance)
                    .filter(parent -> names.contains(parent)
                            || source.text(parent, TaskRingFinder.COMM_BYTES).isPresent())
                    .count();
            if (new Ruling(offset, (int) parents, (int) (Math.min(ring.names().size(), Samples.MOST) - parents))
                    .holds(3)) {
                return Optional.of(self);
            }
        }
        return Optional.empty();
    }

    Samples tasks() {
        return tasks;
    }

    boolean isKernelThread(int sample) {
        return sample < kernelThread.length && kernelThread[sample];
    }

    void learn() {
        OptionalInt pid = pids();
        OptionalInt parent = parents();
        startTimes();
        if (pid.isEmpty() || parent.isEmpty()) {
            lesson.undecide(TASK, "mm", "kernel threads cannot be told from processes without pid and parent");
            return;
        }
        tellKernelThreads(pid.getAsInt(), parent.getAsInt());
        flags();
        addressSpaces();
        states();
        exits();
        credentials();
    }

    /** {@code pid} and {@code tgid} are neighbours, equal in main threads, and differ between any two processes. */
    private OptionalInt pids() {
        List<Ruling> fitting = new ArrayList<>();
        for (Ruling ruling : tasks.numbers(0, comm, 3, (task, offset) -> {
            long value = tasks.number(task, offset);
            boolean idle = task == 0 && value == 0;
            return Verdict.of(
                    idle || (value > 0 && value <= LARGEST_PID && value == tasks.number(task, offset + Integer.BYTES)));
        })) {
            Set<Long> distinct = new HashSet<>();
            for (int task = 0; task < tasks.count(); task++) {
                distinct.add(tasks.number(task, ruling.offset()));
            }
            if (distinct.size() * Ruling.TOLERANCE >= tasks.count() * (Ruling.TOLERANCE - 1)
                    && tasks.number(0, ruling.offset()) == 0) {
                fitting.add(ruling);
            }
        }
        OptionalInt pid = lesson.decide(TASK, "pid", Integer.BYTES, fitting);
        if (pid.isPresent()) {
            lesson.neighbour(TASK, "tgid", Integer.BYTES, fitting.getFirst().at(pid.getAsInt() + Integer.BYTES));
        }
        return pid;
    }

    /**
     * {@code real_parent, parent, children, sibling, group_leader}: the parent is a process of the ring whose list of
     * children leads, through the siblings, to processes with that parent.
     */
    private OptionalInt parents() {
        List<Ruling> fitting = tasks.words(0, comm, 3, (task, offset) -> {
            long up = tasks.word(task, offset);
            if (task != 0 && !byAddress.containsKey(up)) {
                // A damaged ring may lack the parent; something with a name it is.
                return source.isAlignedKernel(up)
                                && source.text(up + comm, TaskRingFinder.COMM_BYTES)
                                        .isPresent()
                        ? Verdict.SILENT
                        : Verdict.DISAGREES;
            }
            if ((task == 0 && up != tasks.address(0)) || tasks.word(task, offset + 6 * word) != tasks.address(task)) {
                return Verdict.DISAGREES;
            }
            long children = tasks.word(task, offset + 2 * word);
            if (children == tasks.address(task) + offset + 2L * word) {
                return tasks.isLink(task, offset + 4 * word) ? Verdict.AGREES : Verdict.DISAGREES;
            }
            Integer child = byAddress.get(children - offset - 4L * word);
            return Verdict.of(
                    child == null
                            ? source.isAlignedKernel(children)
                            : tasks.word(child, offset) == tasks.address(task));
        });
        OptionalInt parent = lesson.decide(TASK, "real_parent", word, fitting);
        if (parent.isPresent()) {
            Ruling first = fitting.getFirst();
            lesson.neighbour(TASK, "parent", word, first.at(first.offset() + word));
            lesson.take(TASK, "children", 2 * word, first.at(first.offset() + 2 * word));
            lesson.take(TASK, "sibling", 2 * word, first.at(first.offset() + 4 * word));
            lesson.take(TASK, "group_leader", word, first.at(first.offset() + 6 * word));
        }
        return parent;
    }

    private void tellKernelThreads(int pid, int parent) {
        kernelThread = new boolean[tasks.count()];
        for (int task = 0; task < tasks.count(); task++) {
            kernelThread[task] = task == 0
                    || tasks.number(task, pid) == KTHREADD
                    || source.number(tasks.word(task, parent) + pid) == KTHREADD;
        }
    }

    private void flags() {
        List<Ruling> fitting =
                tasks.numbers(word + Integer.BYTES, lesson.offset(TASK, "tasks").orElse(comm), 3, (task, offset) -> {
                    long value = tasks.number(task, offset);
                    boolean marked = (value & KERNEL_THREAD) != 0;
                    boolean worker = tasks.text(task, comm, TaskRingFinder.COMM_BYTES)
                            .orElse("")
                            .startsWith("kworker/");
                    return Verdict.of(marked == kernelThread[task] && (!worker || (value & WORKQUEUE_WORKER) != 0));
                });
        // "void *stack; refcount_t usage; unsigned int flags": bits that happen to fit have other neighbours.
        lesson.decide(
                TASK,
                "flags",
                Integer.BYTES,
                fitting.stream()
                        .filter(ruling -> tasks.judge(ruling.offset(), this::hasStackBefore)
                                .holds(3))
                        .toList());
    }

    private Verdict hasStackBefore(int task, int offset) {
        long stack = tasks.word(task, offset - Integer.BYTES - word);
        // A zombie has given its stack back.
        return stack == 0
                ? Verdict.SILENT
                : Verdict.of(tasks.number(task, offset - Integer.BYTES) != 0 && source.isAlignedKernel(stack));
    }

    /** {@code mm, active_mm}: equal in processes, the first null in kernel threads. */
    private void addressSpaces() {
        List<Ruling> fitting = tasks.words(0, comm, 1, (task, offset) -> {
            long space = tasks.word(task, offset);
            if (space == 0) {
                return Verdict.SILENT;
            }
            return Verdict.of(!kernelThread[task]
                    && source.isAlignedKernel(space)
                    && tasks.word(task, offset + word) == space
                    && source.isReadable(space));
        });
        OptionalInt mm = lesson.decide(TASK, "mm", word, fitting);
        if (mm.isPresent()) {
            lesson.take(TASK, "active_mm", word, fitting.getFirst().at(mm.getAsInt() + word));
        }
    }

    /** {@code __state}, before 5.14 {@code state}: most tasks wait, and idle workers do so in a way of their own. */
    private void states() {
        List<Ruling> fitting = tasks
                .numbers(0, comm, 3, (task, offset) -> {
                    long value = tasks.number(task, offset);
                    if (value == 0) {
                        return Verdict.SILENT;
                    }
                    return Verdict.of(WAITING.contains(value));
                })
                .stream()
                .filter(ruling -> tasks.countOf(task -> tasks.number(task, ruling.offset()) == IDLE) > 0)
                .filter(ruling -> tasks.countOf(task -> (tasks.number(task, ruling.offset()) & 1) != 0) > 0)
                .toList();
        boolean renamed = version.isAtLeast(5, 14);
        lesson.decide(TASK, renamed ? "__state" : "state", renamed ? Integer.BYTES : word, fitting);
    }

    /** {@code exit_state, exit_code, exit_signal}: the last of them is decided, and the first must fit. */
    private void exits() {
        List<Ruling> fitting = tasks
                .numbers(2 * Integer.BYTES, comm, 3, (task, offset) -> {
                    long value = tasks.number(task, offset);
                    if (value == 0) {
                        return tasks.number(task, offset - 2 * Integer.BYTES) == 0 ? Verdict.SILENT : Verdict.DISAGREES;
                    }
                    return Verdict.of(
                            value == SIGCHLD && EXIT_STATES.contains(tasks.number(task, offset - 2 * Integer.BYTES)));
                })
                .stream()
                .filter(ruling -> ruling.agreed() * 2 > tasks.count())
                .toList();
        if (fitting.size() == 1) {
            Ruling signal = fitting.getFirst();
            lesson.take(TASK, "exit_signal", Integer.BYTES, signal);
            lesson.neighbour(TASK, "exit_code", Integer.BYTES, signal.at(signal.offset() - Integer.BYTES));
            lesson.neighbour(TASK, "exit_state", Integer.BYTES, signal.at(signal.offset() - 2 * Integer.BYTES));
        } else {
            lesson.decide(TASK, "exit_state", Integer.BYTES, fitting);
        }
    }

    /** {@code real_cred, cred} lie right before the name, and are the same but for a moment. */
    private void credentials() {
        List<Ruling> fitting = tasks.words(comm - 4 * word, comm - 2 * word, 3, (task, offset) -> {
            long cred = tasks.word(task, offset);
            return Verdict.of(source.isAlignedKernel(cred) && tasks.word(task, offset + word) == cred);
        });
        OptionalInt first = lesson.decide(TASK, "real_cred", word, fitting);
        if (first.isPresent()) {
            lesson.take(TASK, "cred", word, fitting.getFirst().at(first.getAsInt() + word));
        }
    }

    /** {@code start_time, start_boottime}: ascending along the ring, and apart by the time the machine was suspended. */
    private void startTimes() {
        int step = word == Long.BYTES ? Long.BYTES : Integer.BYTES;
        List<Ruling> fitting = new ArrayList<>();
        int last = tasks.count() - 1;
        for (int offset = 0; offset + 2 * Long.BYTES <= comm; offset += step) {
            int at = offset;
            long apart = tasks.quad(last, at + Long.BYTES) - tasks.quad(last, at);
            Ruling ruling = tasks.judge(offset, (task, ignored) -> {
                long time = tasks.quad(task, at);
                if (task == 0) {
                    return Verdict.SILENT;
                }
                long difference = tasks.quad(task, at + Long.BYTES) - time;
                return Verdict.of(time > 0
                        && time < LONGEST_UPTIME
                        && time >= tasks.quad(task - 1, at)
                        && difference >= 0
                        && difference <= apart + CLOCK_READS);
            });
            if (apart >= 0 && ruling.holds(3) && tasks.quad(last, at) > tasks.quad(1, at)) {
                fitting.add(ruling);
            }
        }
        // Renamed in 5.5.
        String name = version.isAtLeast(5, 5) ? "start_boottime" : "real_start_time";
        if (fitting.size() == 1) {
            Ruling start = fitting.getFirst();
            lesson.take(TASK, "start_time", Long.BYTES, start);
            lesson.neighbour(TASK, name, Long.BYTES, start.at(start.offset() + Long.BYTES));
        } else {
            lesson.decide(TASK, name, Long.BYTES, fitting);
        }
    }
}
