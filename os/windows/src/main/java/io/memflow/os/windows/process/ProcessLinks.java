package io.memflow.os.windows.process;

import io.memflow.core.error.MemflowException;
import io.memflow.core.evidence.Survey;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.Optional;

/**
 * The processes a process leads to: its neighbours on the list of processes, and by its handle table those on the list of
 * such tables ({@code HandleTableListHead}). Thread-safe.
 */
final class ProcessLinks implements Survey.Neighbours<ProcessSource> {
    private final MemoryView memory;
    private final int word;
    private final ProcessFields fields;
    private final Optional<KernelField> tableLinks;
    private final Optional<KernelField> tableProcess;

    ProcessLinks(WindowsKernel kernel, ProcessFields fields) {
        this.fields = fields;
        memory = kernel.memory();
        word = kernel.pointerBytes();
        tableLinks = kernel.optionalField("_HANDLE_TABLE", "HandleTableList");
        tableProcess = kernel.optionalField("_HANDLE_TABLE", "QuotaProcess");
    }

    @Override
    public void add(long process, Survey<ProcessSource> survey) {
        addNeighbour(fields.links.at(process), fields.links.at(0), survey);
        addNeighbour(fields.links.at(process) + word, fields.links.at(0), survey);
        addByHandleTable(process, survey);
    }

    private void addNeighbour(long link, long offset, Survey<ProcessSource> survey) {
        try {
            survey.add(memory.readPointer(link) - offset, ProcessSource.ACTIVE_PROCESSES);
        } catch (MemflowException unreadable) {
            // What cannot be read leads nowhere; that it is damaged was said when the list was walked.
            return;
        }
    }

    private void addByHandleTable(long process, Survey<ProcessSource> survey) {
        if (fields.handleTable.isEmpty() || tableLinks.isEmpty() || tableProcess.isEmpty()) {
            return;
        }
        try {
            long table = fields.handleTable.get().pointer(process);
            if (table == 0) {
                return;
            }
            for (int direction = 0; direction <= word; direction += word) {
                long neighbour = memory.readPointer(tableLinks.get().at(table) + direction)
                        - tableLinks.get().at(0);
                survey.add(tableProcess.get().pointer(neighbour), ProcessSource.HANDLE_TABLES);
            }
        } catch (MemflowException unreadable) {
            // As above: a process without a handle table has ended, or is found otherwise.
            return;
        }
    }
}
