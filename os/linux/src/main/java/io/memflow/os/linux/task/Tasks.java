package io.memflow.os.linux.task;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelList;
import io.memflow.os.linux.structure.Place;
import io.memflow.os.linux.structure.StructureLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the {@code task_struct} of every process and thread. Processes come from {@code init_task.tasks}, the ids of the
 * initial pid namespace, and the links of families; when these are damaged or disagree, all memory is searched as well.
 * Each process' {@code signal->thread_head} links its threads (include/linux/sched.h, sched/signal.h). Thread-safe.
 */
final class Tasks {
    /** A running target changes its structures one after the other; a disagreement that stays is one. */
    private static final int ATTEMPTS = 3;

    private final MemoryView memory;
    private final KernelList lists;
    private final TaskFields fields;
    private final Optional<PidTable> pids;
    private final TaskScan scan;
    private final Place signal;
    private final Place threadHead;
    private final Place threadNode;

    Tasks(Kernel kernel) {
        memory = kernel.memory();
        lists = new KernelList(memory);
        fields = new TaskFields(kernel);
        pids = PidTable.of(kernel);
        StructureLayout layout = kernel.layout();
        signal = layout.place("task_struct", "signal");
        threadHead = layout.place("signal_struct", "thread_head");
        threadNode = layout.place("task_struct", "thread_node");
        scan = new TaskScan(kernel.memory(), fields, threadNode);
    }

    /** The processes that were found, and every damage and disagreement that was met. */
    record Found(List<Sighting> sightings, List<MissingPart> missing) {}

    /** Main threads of all processes, without the idle task. Those on the task list come first, in its order. */
    Found processes() {
        Found found = look();
        for (int attempt = 1; attempt < ATTEMPTS && !found.missing.isEmpty(); attempt++) {
            found = look();
        }
        return found.missing.isEmpty() ? found : searched();
    }

    private Found look() {
        TaskSurvey survey = new TaskSurvey(fields);
        List<MissingPart> missing = new ArrayList<>();
        fill(survey, missing);
        return new Found(survey.sightings(), missing);
    }

    /** As {@link #look}, with what all memory holds. */
    private Found searched() {
        TaskSurvey survey = new TaskSurvey(fields);
        List<MissingPart> missing = new ArrayList<>();
        fill(survey, missing);
        scan.find(survey.sightings()).forEach(task -> survey.add(task, TaskSource.MEMORY_SCAN));
        survey.followLinks();
        return new Found(survey.sightings(), missing);
    }

    private void fill(TaskSurvey survey, List<MissingPart> missing) {
        KernelList.Entries list = taskList();
        missing.addAll(list.missing());
        list.addresses().forEach(task -> survey.add(task, TaskSource.TASK_LIST));
        Optional<PidTable.Entries> table = pids.map(PidTable::read);
        table.ifPresent(entries -> addPids(survey, entries, missing));
        survey.followLinks();
        boolean tableIsWhole = table.isPresent() && table.get().missing().isEmpty();
        disagreements(survey, new HashSet<>(list.addresses()), list.missing().isEmpty(), tableIsWhole, missing);
    }

    private KernelList.Entries taskList() {
        if (fields.initTask == 0) {
            return new KernelList.Entries(
                    List.of(),
                    List.of(new MissingPart(
                            "init_task.tasks",
                            "the idle task was not found, neither by its symbol nor by what it holds: that part of the"
                                    + " kernel is damaged")));
        }
        return lists.walk(fields.initTask + fields.tasks, fields.tasks, "init_task.tasks", fields::isTask);
    }

    private void addPids(TaskSurvey survey, PidTable.Entries table, List<MissingPart> missing) {
        missing.addAll(table.missing());
        for (long task : table.tasks()) {
            // An id may be that of a thread, which is no process of its own.
            if (!survey.add(task, TaskSource.PID_TABLE) && !fields.isTask(task)) {
                missing.add(new MissingPart("init_pid_ns.idr", "an id leads to something that is no task"));
            }
        }
    }

    /** What one whole structure has and another whole structure lacks was hidden, or cut off. */
    private void disagreements(
            TaskSurvey survey, Set<Long> listed, boolean listIsWhole, boolean tableIsWhole, List<MissingPart> missing) {
        for (Sighting sighting : survey.sightings()) {
            if (listIsWhole && !listed.contains(sighting.task())) {
                missing.add(new MissingPart(
                        "init_task.tasks",
                        "process %d is not on it, but was found by %s: it is hidden, or was cut off"
                                .formatted(fields.tgid(sighting.task()), names(sighting))));
            }
            if (tableIsWhole && !sighting.sources().contains(TaskSource.PID_TABLE)) {
                missing.add(new MissingPart(
                        "init_pid_ns.idr",
                        "process %d has no id in it, but was found by %s: it is hidden, or the table is damaged"
                                .formatted(fields.tgid(sighting.task()), names(sighting))));
            }
        }
    }

    private static String names(Sighting sighting) {
        return String.join(", ", sighting.sourceNames());
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

    int tid(long task) {
        return fields.tid(task);
    }

    int tgid(long task) {
        return fields.tgid(task);
    }
}
