package io.memflow.os.windows.thread;

import io.memflow.core.evidence.Found;
import io.memflow.core.evidence.Roll;
import io.memflow.core.evidence.Survey;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Finds the threads of a process: each is on two lists, that of its process and that of the scheduler, so that a damaged one
 * loses nothing, and one that is on one of them only is named. Thread-safe.
 */
final class ThreadLists {
    private final KernelList lists;
    private final ThreadFields fields;
    private final KernelField processHead;
    private final KernelField processLink;
    private final Optional<KernelField> schedulerHead;
    private final Optional<KernelField> schedulerLink;

    ThreadLists(WindowsKernel kernel, ThreadFields fields) {
        this.fields = fields;
        lists = new KernelList(kernel.memory());
        processHead = kernel.field("_EPROCESS", "ThreadListHead");
        processLink = kernel.field("_ETHREAD", "ThreadListEntry");
        schedulerHead = kernel.optionalField("_KPROCESS", "ThreadListHead");
        schedulerLink = kernel.optionalField("_KTHREAD", "ThreadListEntry");
    }

    /**
     * The threads of one process, in the order of its own list.
     *
     * @param process virtual address of the {@code EPROCESS}
     * @param numbered threads that the table of ids has for this process
     */
    Found<ThreadSource> find(long process, int pid, List<Long> numbered) {
        Survey<ThreadSource> survey = new Survey<>(thread -> fields.isThread(thread, pid), (thread, all) -> {});
        List<MissingPart> missing = new ArrayList<>();
        String name = "ThreadListHead of process " + pid;
        KernelList.Entries own = walk(processHead.at(process), processLink.at(0), name, pid);
        missing.addAll(own.missing());
        own.addresses().forEach(thread -> survey.add(thread, ThreadSource.PROCESS_LIST));
        List<Roll> rolls = new ArrayList<>(List.of(roll(name, own)));
        if (schedulerHead.isPresent() && schedulerLink.isPresent()) {
            String scheduled = "KPROCESS." + name;
            KernelList.Entries other =
                    walk(schedulerHead.get().at(process), schedulerLink.get().at(0), scheduled, pid);
            missing.addAll(other.missing());
            other.addresses().forEach(thread -> survey.add(thread, ThreadSource.SCHEDULER_LIST));
            rolls.add(roll(scheduled, other));
        }
        numbered.forEach(thread -> survey.add(thread, ThreadSource.CID_TABLE));
        rolls.forEach(
                roll -> missing.addAll(roll.lacking(survey.sightings(), thread -> "thread " + fields.tid(thread))));
        return new Found<>(survey.sightings(), missing);
    }

    private KernelList.Entries walk(long head, long link, String name, int pid) {
        return lists.walk(head, link, name, thread -> fields.isThread(thread, pid));
    }

    private static Roll roll(String name, KernelList.Entries list) {
        return new Roll(
                name,
                new HashSet<>(list.addresses()),
                Roll.State.of(list.missing()),
                "is not on it",
                "it is hidden, has ended, or was cut off");
    }
}
