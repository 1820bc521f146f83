package io.memflow.os.nativelinux.task;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import io.memflow.host.process.ProcessStat;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.KeyValues;
import io.memflow.os.nativelinux.proc.Roots;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Namespaces, control groups, capabilities and exit codes of processes. Thread-safe.
 *
 * @param roots where they are read from
 */
public record DetailRows(Roots roots) {
    private static final String SOURCE = "proc";
    private static final int HEX = 16;
    private static final int CONTROL_GROUP_PARTS = 3;

    /** The row of one process. */
    public ProcessDetails read(ProcessInfo process) {
        FieldReader fields = new FieldReader();
        Path directory = roots.process(process.pid());
        KeyValues status = fields.readOr(
                "status",
                new KeyValues(directory.resolve("status"), Map.of()),
                () -> KeyValues.read(directory.resolve("status")));
        boolean ended = process.state() == TaskState.ZOMBIE || process.state() == TaskState.DEAD;
        return new ProcessDetails(
                process.pid(),
                process.name(),
                process.kind(),
                namespaces(directory.resolve("ns"), fields),
                fields.readOr(
                        "NSpid",
                        List.of(),
                        () -> status.numbers("NSpid", 10).stream()
                                .map(Math::toIntExact)
                                .toList()),
                fields.readOr("cgroup", List.of(), () -> controlGroups(KernelFile.text(directory.resolve("cgroup")))),
                fields.read("capabilities", () -> capabilities(status)),
                ended ? fields.read("exit_code", () -> exitCode(directory)) : null,
                fields.provenance(SOURCE));
    }

    /** Links such as {@code net -> net:[4026531840]}; those a zombie has let go of are not there. */
    private static Map<String, Long> namespaces(Path directory, FieldReader fields) {
        Map<String, Long> numbers = new TreeMap<>();
        for (String kind : fields.readOr("ns", List.<String>of(), () -> KernelFile.optionalNames(directory))) {
            // Those that its children will be in are no namespaces of its own.
            if (!kind.endsWith("_for_children")) {
                try {
                    KernelFile.optionalLink(directory.resolve(kind))
                            .ifPresent(link -> numbers.put(kind, bracketed(link)));
                } catch (MemflowException refused) {
                    fields.note("namespaces", String.valueOf(refused.getMessage()));
                    return numbers;
                }
            }
        }
        return numbers;
    }

    /** The number in {@code name:[number]}, as links of namespaces and sockets have it; 0 when there is none. */
    public static long bracketed(String link) {
        String digits = link.replaceAll("^[^\\[]*\\[([0-9]{1,18})\\]$", "$1");
        return digits.equals(link) ? 0 : Long.parseLong(digits);
    }

    /** Lines {@code hierarchy:controllers:path}, a named hierarchy as {@code name=NAME} (cgroups(7)). */
    private static List<ProcessDetails.ControlGroup> controlGroups(String text) {
        return text.lines()
                .map(line -> line.split(":", CONTROL_GROUP_PARTS))
                .filter(parts -> parts.length == CONTROL_GROUP_PARTS && parts[0].matches("[0-9]{1,9}"))
                .map(parts -> new ProcessDetails.ControlGroup(
                        Integer.parseInt(parts[0]),
                        parts[1].startsWith("name=") ? parts[1].substring("name=".length()) : "",
                        parts[2]))
                .toList();
    }

    private static ProcessDetails.Capabilities capabilities(KeyValues status) {
        return new ProcessDetails.Capabilities(
                set(status, "CapInh"),
                set(status, "CapPrm"),
                set(status, "CapEff"),
                set(status, "CapBnd"),
                set(status, "CapAmb"));
    }

    private static long set(KeyValues status, String key) {
        return status.numbers(key, HEX).getFirst();
    }

    private static Integer exitCode(Path directory) {
        return ProcessStat.parse(KernelFile.text(directory.resolve("stat")))
                .map(ProcessStat::exitCode)
                .orElse(0);
    }
}
