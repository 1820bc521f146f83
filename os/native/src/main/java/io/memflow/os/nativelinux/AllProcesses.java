package io.memflow.os.nativelinux;

import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.Row;
import io.memflow.core.os.TargetProcess;
import io.memflow.os.nativelinux.task.ProcessRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Lists of all processes, one after the other. Processes that end meanwhile are left out. Thread-safe.
 *
 * @param opener gives the process of a row
 */
record AllProcesses(ProcessRows rows, Function<ProcessInfo, NativeProcess> opener) {
    <T extends Row> Listing<T> list(String what, Function<TargetProcess, Listing<T>> ofOne) {
        Listing<ProcessInfo> processes = rows.processes();
        List<T> found = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(processes.missing());
        // A user without rights is refused by most processes for the same reason: one sentence says it.
        Map<String, List<MissingPart>> byReason = new LinkedHashMap<>();
        for (ProcessInfo row : processes.rows()) {
            NativeProcess process = opener.apply(row);
            Listing<T> own = ofOne.apply(process);
            if (own.missing().isEmpty() || process.isRunning()) {
                found.addAll(own.rows());
                own.missing()
                        .forEach(part -> byReason.computeIfAbsent(reason(part), _ -> new ArrayList<>())
                                .add(part));
            }
        }
        byReason.forEach((reason, parts) -> missing.add(
                parts.size() == 1
                        ? parts.getFirst()
                        : new MissingPart("%s of %d processes".formatted(what, parts.size()), reason)));
        return new Listing<>(found, missing);
    }

    private static String reason(MissingPart part) {
        return part.why().replaceAll("/proc/[0-9]+", "/proc/PID");
    }
}
