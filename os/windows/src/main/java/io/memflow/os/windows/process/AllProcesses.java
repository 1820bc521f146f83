package io.memflow.os.windows.process;

import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.os.Row;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The lists of all processes of a kernel. Each is taken anew at each call. Thread-safe. */
public final class AllProcesses {
    private final ProcessReaders readers;
    private final WhenKnown<ProcessRows> rows;
    private final Optional<CidTable> ids;

    /** The lists of a kernel of which nothing was chosen. */
    public AllProcesses(WindowsKernel kernel) {
        this(kernel, ProcessChoices.DEFAULT);
    }

    public AllProcesses(WindowsKernel kernel, ProcessChoices choices) {
        readers = ProcessReaders.of(kernel, choices);
        rows = new WhenKnown<>(() -> new ProcessRows(readers));
        ids = CidTable.of(kernel);
    }

    /** All processes. */
    public Listing<ProcessInfo> processes() {
        return rows.list("processes", ProcessRows::processes);
    }

    /**
     * The process of an id: of several the one that has not ended.
     *
     * @throws io.memflow.core.error.MemflowException of kind NOT_FOUND when this kernel's processes cannot be listed
     */
    public Optional<TargetProcess> process(int pid) {
        return rows.get().process(pid).map(this::process);
    }

    /** The process of a row that this class gave. */
    public TargetProcess process(ProcessInfo row) {
        return new WindowsProcess(row, readers);
    }

    /** All threads of all processes. */
    public Listing<ThreadInfo> threads() {
        Listing<ProcessInfo> all = processes();
        Optional<CidTable.Ids> numbered = ids.map(CidTable::read);
        Listing<ThreadInfo> threads = readers.threads()
                .list(
                        "threads",
                        reader -> reader.threads(
                                all.rows(), numbered.map(CidTable.Ids::objects).orElse(List.of())));
        List<MissingPart> missing = new ArrayList<>(all.missing());
        missing.addAll(threads.missing());
        return new Listing<>(threads.rows(), missing);
    }

    /** All handles of all processes. */
    public Listing<HandleInfo> handles() {
        return ofEach(TargetProcess::handles);
    }

    /** Tokens, sessions, protection and exits of all processes. */
    public Listing<ProcessDetails> details() {
        return ofEach(TargetProcess::details);
    }

    /** Program and current directory of all processes. */
    public Listing<ProcessPlaces> places() {
        return ofEach(TargetProcess::places);
    }

    private <R extends Row> Listing<R> ofEach(Function<TargetProcess, Listing<R>> list) {
        Listing<ProcessInfo> all = processes();
        List<R> found = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(all.missing());
        for (ProcessInfo process : all.rows()) {
            Listing<R> own = list.apply(process(process));
            found.addAll(own.rows());
            missing.addAll(own.missing());
        }
        return new Listing<>(found, missing);
    }
}
