package io.memflow.os.linux.task;

import io.memflow.core.cache.Moments;
import io.memflow.core.evidence.Found;
import io.memflow.core.evidence.Roll;
import io.memflow.core.evidence.Survey;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelList;
import io.memflow.core.structure.Place;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Finds the {@code task_struct} of every process and thread. Processes come from {@code init_task.tasks}, the ids of the
 * initial pid namespace, the links of families, and the run queues; when these are damaged or disagree, all memory is searched as well.
 * Each process' {@code signal->thread_head} links its threads (include/linux/sched.h, sched/signal.h). Thread-safe.
 */
final class Tasks {
    /** What it is called in messages. */
    private static final String TASK_LIST = "init_task.tasks";
    /** How often it is looked at whether a task is on the list. */
    private static final int MOST_LOOKS = 16;

    private final MemoryView memory;
    private final KernelList lists;
    private final TaskFields fields;
    private final TaskMarks marks;
    private final TaskLinks links;
    private final Optional<PidTable> pids;
    private final Optional<RunQueues> queues;
    private final TaskScan scan;
    private final Place signal;
    private final Place threadHead;
    private final Place threadNode;

    Tasks(Kernel kernel) {
        memory = kernel.memory();
        lists = new KernelList(memory);
        fields = new TaskFields(kernel);
        marks = new TaskMarks(kernel, fields);
        links = new TaskLinks(fields);
        pids = PidTable.of(kernel);
        queues = RunQueues.of(kernel, fields);
        StructureLayout layout = kernel.layout();
        signal = layout.place("task_struct", "signal");
        threadHead = layout.place("signal_struct", "thread_head");
        threadNode = layout.place("task_struct", "thread_node");
        scan = new TaskScan(kernel.memory(), fields, threadNode);
    }

    /** Main threads of all processes, without the idle task. Those on the task list come first, in its order. */
    Found<TaskSource> processes() {
        return Found.settled(() -> look(List.of()), () -> Moments.renew(memory), this::searched);
    }

    /** As {@link #look}, with what all memory holds. */
    private Found<TaskSource> searched() {
        return look(scan.find(look(List.of()).sightings()));
    }

    /** @param scanned tasks that all memory was searched for */
    private Found<TaskSource> look(List<Long> scanned) {
        Survey<TaskSource> survey = new Survey<>(fields::isMainThread, links);
        List<MissingPart> missing = new ArrayList<>();
        KernelList.Entries list = taskList();
        missing.addAll(list.missing());
        list.addresses().forEach(task -> survey.add(task, TaskSource.TASK_LIST));
        Optional<KernelList.Entries> table = pids.map(PidTable::read);
        table.ifPresent(entries -> addPids(survey, entries, missing));
        queues.ifPresent(running -> addRunning(survey, running.read(), missing));
        if (fields.initTask != 0) {
            links.add(fields.initTask, survey);
        }
        survey.followLinks();
        // What memory was searched for comes after what is said of those that the kernel's own structures lead to.
        missing.addAll(listed(list).lacking(survey.sightings(), this::describe));
        table.ifPresent(entries -> missing.addAll(numbered(entries).lacking(survey.sightings(), this::describe)));
        scanned.forEach(task -> survey.add(task, TaskSource.MEMORY_SCAN));
        survey.followLinks();
        return new Found<>(survey.sightings(), missing);
    }

    private KernelList.Entries taskList() {
        if (fields.initTask == 0) {
            return new KernelList.Entries(
                    List.of(),
                    List.of(new MissingPart(
                            TASK_LIST,
                            "the idle task was not found, neither by its symbol nor by what it holds: that part of the"
                                    + " kernel is damaged")));
        }
        return lists.walk(fields.initTask + fields.tasks, fields.tasks, TASK_LIST, fields::isTask);
    }

    private void addPids(Survey<TaskSource> survey, KernelList.Entries table, List<MissingPart> missing) {
        missing.addAll(table.missing());
        for (long task : table.addresses()) {
            // An id may be that of a thread, which is no process of its own.
            if (!survey.add(task, TaskSource.PID_TABLE) && !fields.isTask(task)) {
                missing.add(new MissingPart(PidTable.NAME, "an id leads to something that is no task"));
            }
        }
    }

    /** What runs may be any thread of a process; idle tasks, whose id is 0, are none. */
    private void addRunning(Survey<TaskSource> survey, KernelList.Entries running, List<MissingPart> missing) {
        missing.addAll(running.missing());
        for (long task : running.addresses()) {
            survey.add(fields.leader(task), TaskSource.RUN_QUEUE);
        }
    }

    private static Roll listed(KernelList.Entries list) {
        return new Roll(
                TASK_LIST,
                new HashSet<>(list.addresses()),
                Roll.State.of(list.missing()),
                "is not on it",
                "it is hidden, or was cut off");
    }

    private static Roll numbered(KernelList.Entries table) {
        return new Roll(
                PidTable.NAME,
                new HashSet<>(table.addresses()),
                Roll.State.of(table.missing()),
                "has no id in it",
                "it is hidden, or the table is damaged");
    }

    private String describe(long task) {
        return "process " + fields.tgid(task);
    }

    /**
     * All threads of the process whose main thread is given, that one first.
     *
     * @throws io.memflow.core.error.MemflowException when it cannot be read, or the places of its links are not known
     */
    KernelList.Entries threads(long task) {
        long head = threadHead.in(memory.readPointer(signal.in(task)));
        return lists.walk(head, threadNode.in(0), "thread list of process " + tgid(task), fields::isTask);
    }

    /**
     * Whether there is still the main thread that was found. A running target gives the memory of a process that ended to
     * another, and what was read meanwhile belongs to neither.
     */
    boolean isStill(long task, int pid) {
        try {
            return pid > 0 && fields.tgid(task) == pid && fields.tid(task) == pid;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    /**
     * Whether a main thread of that number is on the task list. A thread that is being made begins as a copy of another,
     * with that one's number and links, but none of its neighbours leads back to it. Neighbours come and go on a running
     * target, so a look that fails is taken again.
     */
    boolean isListed(long task, int pid) {
        for (int look = 0; look < MOST_LOOKS; look++) {
            if (leadsBack(task + fields.tasks, 0) || leadsBack(task + fields.tasks, fields.word)) {
                return isStill(task, pid);
            }
        }
        return false;
    }

    /** @param direction offset of the link that is followed: 0 to the next, a word to the one before */
    private boolean leadsBack(long link, int direction) {
        try {
            long neighbour = memory.readPointer(link + direction);
            return memory.readPointer(neighbour + (fields.word - direction)) == link;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    /** What a task's row hangs on. */
    TaskMarks marks() {
        return marks;
    }

    int tid(long task) {
        return fields.tid(task);
    }

    int tgid(long task) {
        return fields.tgid(task);
    }
}
