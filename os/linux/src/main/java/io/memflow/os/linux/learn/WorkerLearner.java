package io.memflow.os.linux.learn;

import io.memflow.core.symbol.SymbolTable;
import io.memflow.os.linux.structure.KernelVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Learns what the longer names of kernel threads are read from: {@code kthread} (kernel/kthread.c), found by the function
 * it runs, {@code worker} (kernel/workqueue_internal.h) and {@code workqueue_struct.name}. Confined.
 */
final class WorkerLearner {
    private static final String TASK = "task_struct";
    private static final int KTHREAD_BYTES = 192;
    private static final int WORKER_BYTES = 256;
    private static final int QUEUE_BYTES = 512;
    /** {@code PF_WQ_WORKER}, include/linux/sched.h. */
    private static final long WORKQUEUE_WORKER = 0x20;
    /** {@code WQ_NAME_LEN}, up to 32 over the versions. */
    private static final int NAME_BYTES = 32;
    /** A number can look like a text of fewer letters. */
    private static final int PLAIN_TEXT = 5;

    /** What a task keeps of a longer name. */
    private static final int COMM_LETTERS = TaskRingFinder.COMM_BYTES - 1;

    private static final int LONGEST_FULL_NAME = 64;
    /** What rescuers' names begin with since 6.8. */
    private static final String RESCUER = "kworker/R-";

    private final KernelBytes source;
    private final Lesson lesson;
    private final KernelVersion version;
    private final SymbolTable symbols;
    private final TaskLearner learned;
    private final Samples tasks;
    private final int word;

    WorkerLearner(KernelBytes source, Lesson lesson, KernelVersion version, SymbolTable symbols, TaskLearner learned) {
        this.source = source;
        this.lesson = lesson;
        this.version = version;
        this.symbols = symbols;
        this.learned = learned;
        tasks = learned.tasks();
        word = source.word();
    }

    void learn() {
        OptionalInt comm = lesson.offset(TASK, "comm");
        OptionalInt flags = lesson.offset(TASK, "flags");
        // to_kthread(): task->worker_private since 5.17, task->set_child_tid before.
        String pointer = version.isAtLeast(5, 17) ? "worker_private" : "set_child_tid";
        if (comm.isEmpty() || flags.isEmpty()) {
            lesson.undecide(TASK, pointer, "task_struct.flags is not known");
            return;
        }
        Map<Integer, Ruling> functions = new TreeMap<>();
        List<Ruling> fitting = tasks.words(0, comm.getAsInt() + 256, 3, this::isThreadPointer).stream()
                .filter(ruling -> ruling.agreed() * 2 > tasks.countOf(learned::isKernelThread))
                .filter(ruling -> addFunction(ruling.offset(), functions))
                .toList();
        OptionalInt at = lesson.decide(TASK, pointer, word, fitting);
        if (at.isPresent()) {
            Ruling function = Objects.requireNonNull(functions.get(at.getAsInt()), "each fitting pointer has one");
            int data = function.offset() + word;
            lesson.take("kthread", "threadfn", word, function);
            lesson.neighbour("kthread", "data", word, function.at(data));
            fullNames(at.getAsInt(), comm.getAsInt());
            workers(at.getAsInt(), data, comm.getAsInt(), flags.getAsInt());
        }
    }

    private Verdict isThreadPointer(int task, int offset) {
        long value = tasks.word(task, offset);
        if (!learned.isKernelThread(task)) {
            return source.isKernel(value) ? Verdict.DISAGREES : Verdict.SILENT;
        }
        return value == 0 ? Verdict.SILENT : Verdict.of(source.isAlignedKernel(value) && source.isReadable(value));
    }

    private Samples threads(int pointer) {
        List<Long> addresses = new ArrayList<>();
        for (int task = 0; task < tasks.count(); task++) {
            long value = tasks.word(task, pointer);
            if (learned.isKernelThread(task) && value != 0) {
                addresses.add(value);
            }
        }
        return new Samples(source, addresses, KTHREAD_BYTES);
    }

    /** {@code threadfn}: the very start of a function in nearly all kernel threads; the idle task and kthreadd have none. */
    private boolean addFunction(int pointer, Map<Integer, Ruling> functions) {
        Samples threads = threads(pointer);
        List<Ruling> fitting = threads.words(0, KTHREAD_BYTES, 3, (thread, offset) -> {
            long value = threads.word(thread, offset);
            return value == 0 ? Verdict.SILENT : Verdict.of(source.isInImage(value) && isFunction(value));
        });
        fitting.stream().findFirst().ifPresent(ruling -> functions.put(pointer, ruling));
        return !fitting.isEmpty();
    }

    private boolean isFunction(long address) {
        return symbols.size() == 0
                || symbols.nearest(address)
                        .filter(symbol -> symbol.address() == address && (symbol.type() | 0x20) == 't')
                        .isPresent();
    }

    /** {@code full_name}, since 5.17: a string that continues the task's name where that was cut. */
    private void fullNames(int pointer, int comm) {
        List<Integer> cut = new ArrayList<>();
        List<Long> addresses = new ArrayList<>();
        for (int task = 0; task < tasks.count(); task++) {
            if (learned.isKernelThread(task) && tasks.word(task, pointer) != 0) {
                cut.add(task);
                addresses.add(tasks.word(task, pointer));
            }
        }
        Samples threads = new Samples(source, addresses, KTHREAD_BYTES);
        List<Ruling> fitting = threads.words(0, KTHREAD_BYTES, 1, (thread, offset) -> {
            long text = threads.word(thread, offset);
            if (text == 0) {
                return Verdict.SILENT;
            }
            String name =
                    tasks.text(cut.get(thread), comm, TaskRingFinder.COMM_BYTES).orElse("");
            String full =
                    source.isKernel(text) ? source.text(text, LONGEST_FULL_NAME).orElse("") : "";
            if (full.isEmpty()) {
                return Verdict.DISAGREES;
            }
            // A thread may have renamed itself since.
            return full.length() > COMM_LETTERS && name.length() == COMM_LETTERS && full.startsWith(name)
                    ? Verdict.AGREES
                    : Verdict.SILENT;
        });
        if (fitting.size() == 1) {
            lesson.take("kthread", "full_name", word, fitting.getFirst());
        } else {
            lesson.undecide("kthread", "full_name", "no kernel thread's name was cut, or this version keeps none");
        }
    }

    private void workers(int pointer, int data, int comm, int flags) {
        List<Integer> owners = new ArrayList<>();
        List<Long> addresses = new ArrayList<>();
        for (int task = 0; task < tasks.count(); task++) {
            long worker = source.word(tasks.word(task, pointer) + data);
            if (learned.isKernelThread(task) && (tasks.number(task, flags) & WORKQUEUE_WORKER) != 0 && worker != 0) {
                owners.add(task);
                addresses.add(worker);
            }
        }
        Samples workers = new Samples(source, addresses, WORKER_BYTES);
        List<Ruling> fitting = workers.words(
                0,
                WORKER_BYTES,
                2,
                (worker, offset) -> Verdict.of(workers.word(worker, offset) == tasks.address(owners.get(worker))));
        OptionalInt task = lesson.decide("worker", "task", word, fitting);
        if (task.isEmpty()) {
            return;
        }
        Ruling ruling = fitting.getFirst();
        // "struct task_struct *task; struct worker_pool *pool", and a list entry first, then "current_work".
        lesson.neighbour("worker", "pool", word, ruling.at(task.getAsInt() + word));
        lesson.neighbour("worker", "current_work", word, ruling.at(2 * word));
        rescuers(workers, owners, task.getAsInt(), comm);
    }

    /** A rescuer has the name of its queue, which {@code rescue_wq} points to; {@code desc} holds names of queues. */
    private void rescuers(Samples workers, List<Integer> owners, int task, int comm) {
        List<Ruling> rescues = new ArrayList<>();
        List<Ruling> names = new ArrayList<>();
        for (int offset = task + 2 * word; offset + word <= workers.size(); offset += word) {
            int rescue = offset;
            for (int name = 0; name < QUEUE_BYTES; name += word) {
                int at = name;
                Ruling ruling = workers.judge(offset, (worker, ignored) -> {
                    String own = tasks.text(owners.get(worker), comm, TaskRingFinder.COMM_BYTES)
                            .orElse("");
                    long queue = workers.word(worker, rescue);
                    boolean rescuer = !own.startsWith("kworker/") || own.startsWith(RESCUER);
                    if (!rescuer) {
                        return queue == 0 ? Verdict.SILENT : Verdict.DISAGREES;
                    }
                    String wanted = own.startsWith(RESCUER) ? own.substring(RESCUER.length()) : own;
                    return Verdict.of(source.isAlignedKernel(queue)
                            && source.text(queue + at, NAME_BYTES)
                                    .filter(text -> text.startsWith(wanted))
                                    .isPresent());
                });
                if (ruling.holds(2)) {
                    rescues.add(ruling);
                    names.add(ruling.at(name));
                }
            }
        }
        OptionalInt rescue = lesson.decide("worker", "rescue_wq", word, rescues);
        lesson.decide("workqueue_struct", "name", NAME_BYTES, names);
        if (rescue.isEmpty()) {
            lesson.undecide("worker", "desc", "worker.rescue_wq is not known");
            return;
        }
        List<Ruling> descriptions =
                workers.numbers(task + 2 * word, rescue.getAsInt() - Integer.BYTES, 2, (worker, offset) -> {
                    String text = workers.text(worker, offset, NAME_BYTES).orElse("");
                    if (text.isEmpty()) {
                        return workers.number(worker, offset) == 0 ? Verdict.SILENT : Verdict.DISAGREES;
                    }
                    return Verdict.AGREES;
                });
        // Later places that fit are inside the same text.
        List<Ruling> first = descriptions.stream()
                .filter(ruling -> workers.countOf(worker -> workers.text(worker, ruling.offset(), NAME_BYTES)
                                        .orElse("")
                                        .length()
                                >= PLAIN_TEXT)
                        > 0)
                .limit(1)
                .toList();
        lesson.decide(
                "worker",
                "desc",
                rescue.getAsInt() - first.stream().mapToInt(Ruling::offset).sum(),
                first);
    }
}
