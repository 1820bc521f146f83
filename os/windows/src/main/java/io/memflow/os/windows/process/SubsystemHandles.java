package io.memflow.os.windows.process;

import io.memflow.core.error.MemflowException;
import io.memflow.core.evidence.Sighting;
import io.memflow.core.evidence.Survey;
import io.memflow.os.windows.handle.HandleTable;
import io.memflow.os.windows.object.ObjectHeaders;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The processes that the Windows subsystem of each session has open ({@code csrss.exe}): all but itself and those that were
 * there before it. Thread-safe.
 */
final class SubsystemHandles {
    private static final String SUBSYSTEM = "csrss.exe";

    private final ProcessFields fields;
    private final HandleTable tables;
    private final ObjectHeaders headers;

    private SubsystemHandles(ProcessFields fields, HandleTable tables, ObjectHeaders headers) {
        this.fields = fields;
        this.tables = tables;
        this.headers = headers;
    }

    /** Those of a kernel; empty where the places of members are not known that it takes. */
    static Optional<SubsystemHandles> of(WindowsKernel kernel, ProcessFields fields) {
        try {
            return fields.handleTable.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new SubsystemHandles(fields, new HandleTable(kernel), new ObjectHeaders(kernel)));
        } catch (MemflowException unknown) {
            // One source among several, which such a kernel does not have.
            return Optional.empty();
        }
    }

    /**
     * Adds what they lead to; what is no process is left out by the survey.
     *
     * @param found processes so far, the subsystem's among them
     */
    void add(List<Sighting<ProcessSource>> found, Survey<ProcessSource> survey) {
        for (Sighting<ProcessSource> sighting : found) {
            long table = subsystemTable(sighting.address());
            if (table != 0) {
                tables.read(table, SUBSYSTEM)
                        .entries()
                        .forEach(entry -> survey.add(headers.object(entry.target()), ProcessSource.SUBSYSTEM_HANDLES));
            }
        }
    }

    private long subsystemTable(long process) {
        try {
            boolean subsystem =
                    fields.name.text(process).toLowerCase(Locale.ROOT).equals(SUBSYSTEM);
            return subsystem ? fields.handleTable.orElseThrow().pointer(process) : 0;
        } catch (MemflowException unreadable) {
            return 0;
        }
    }
}
