package io.memflow.os.windows.process;

import io.memflow.core.cache.Moments;
import io.memflow.core.error.MemflowException;
import io.memflow.core.evidence.Found;
import io.memflow.core.evidence.Roll;
import io.memflow.core.evidence.Survey;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelList;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Finds the {@code EPROCESS} of every process: on the list of processes, in the table of ids, by the list of handle
 * tables, and among the handles of the Windows subsystem; when these are damaged or disagree, or the user wants it, all memory is
 * searched as well. Thread-safe.
 */
final class Processes {
    private final WindowsKernel kernel;
    private final ProcessFields fields;
    private final ProcessLinks links;
    private final ActiveProcesses list;
    private final Optional<CidTable> ids;
    private final Optional<SubsystemHandles> subsystem;
    private final ProcessScan scan;
    private final ProcessChoices.Search search;

    Processes(WindowsKernel kernel, ProcessFields fields, ProcessChoices.Search search) {
        this.kernel = kernel;
        this.fields = fields;
        links = new ProcessLinks(kernel, fields);
        list = new ActiveProcesses(kernel, fields);
        ids = CidTable.of(kernel);
        subsystem = SubsystemHandles.of(kernel, fields);
        scan = new ProcessScan(kernel, fields);
        this.search = search;
    }

    /** All processes; those on the list of processes come first, in its order. */
    Found<ProcessSource> find() {
        if (search == ProcessChoices.Search.ALWAYS) {
            return look(scan.find());
        }
        return Found.settled(() -> look(List.of()), () -> Moments.renew(kernel.memory()), () -> look(scan.find()));
    }

    /** @param scanned processes that all memory was searched for */
    private Found<ProcessSource> look(List<Long> scanned) {
        Survey<ProcessSource> survey = new Survey<>(fields::isProcess, links);
        List<MissingPart> missing = new ArrayList<>();
        KernelList.Entries active = list.read();
        missing.addAll(active.missing());
        active.addresses().forEach(process -> survey.add(process, ProcessSource.ACTIVE_PROCESSES));
        Optional<CidTable.Ids> table = ids.map(CidTable::read);
        table.ifPresent(read -> {
            missing.addAll(read.missing());
            // An id may be that of a thread, which is no process.
            read.objects().forEach(object -> survey.add(object, ProcessSource.CID_TABLE));
        });
        survey.add(kernel.anchors().systemProcess(), ProcessSource.ACTIVE_PROCESSES);
        survey.followLinks();
        subsystem.ifPresent(handles -> handles.add(survey.sightings(), survey));
        survey.followLinks();
        scanned.forEach(process -> survey.add(process, ProcessSource.POOL_SCAN));
        survey.followLinks();
        missing.addAll(listed(active).lacking(survey.sightings(), this::describe));
        table.ifPresent(read -> missing.addAll(numbered(read).lacking(survey.sightings(), this::describe)));
        return new Found<>(survey.sightings(), missing);
    }

    private static Roll listed(KernelList.Entries active) {
        return new Roll(
                ActiveProcesses.NAME,
                new HashSet<>(active.addresses()),
                Roll.State.of(active.missing()),
                "is not on it",
                "it is hidden, or was cut off");
    }

    private static Roll numbered(CidTable.Ids table) {
        return new Roll(
                CidTable.NAME,
                new HashSet<>(table.objects()),
                Roll.State.of(table.missing()),
                "has no id in it",
                "it is hidden, or the table is damaged");
    }

    private String describe(long process) {
        try {
            return "process " + fields.pid(process) + (fields.hasEnded(process) ? ", which has ended," : "");
        } catch (MemflowException unreadable) {
            return "a process";
        }
    }
}
