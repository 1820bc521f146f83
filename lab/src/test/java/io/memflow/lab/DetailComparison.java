package io.memflow.lab;

import io.memflow.core.os.MissingPart;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessDetails.Capabilities;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Namespaces, control groups, capabilities and exit codes against {@code /proc/PID}. */
final class DetailComparison {
    private DetailComparison() {}

    static void compare(OperatingSystem system, GroundTruth truth, LinuxComparison.Symbols symbols, Findings findings) {
        boolean groupsKnown = symbols != LinuxComparison.Symbols.FUNCTIONS_WITHOUT_TYPES;
        Map<Integer, ProcessDetails> rows = new LinkedHashMap<>();
        system.details().rows().forEach(row -> rows.put(row.pid(), row));
        for (ProcessTruth process : truth.processes()) {
            ProcessDetails row = rows.get(process.pid());
            if (!truth.isStable(new TaskId(process.pid(), process.pid())) || row == null) {
                continue;
            }
            String who = "details of process " + process.pid() + ": ";
            findings.count("details", 1);
            findings.same(
                    who + "missing",
                    groupsKnown ? List.of() : List.of("cgroups"),
                    row.provenance().missing().stream().map(MissingPart::what).toList());
            Map<String, String> wanted = new TreeMap<>(process.namespaces());
            Map<String, String> got = new TreeMap<>();
            row.namespaces()
                    .forEach((kind, number) -> got.put(kind, kind.replace("_for_children", "") + ":[" + number + "]"));
            if (process.stat().state() == 'Z') {
                // The link of a pid namespace of children that is gone cannot be read; memory still has all that is
                // left.
                wanted.keySet().retainAll(got.keySet());
                got.keySet().retainAll(wanted.keySet());
            }
            findings.same(who + "namespaces", wanted, got);
            findings.same(
                    who + "pids",
                    process.status().getOrDefault("NSpid", "").replaceAll("\\s+", " "),
                    String.join(" ", row.pids().stream().map(String::valueOf).toList()));
            findings.same(who + "capabilities", capabilities(process.status()), capabilities(row.capabilities()));
            if (groupsKnown) {
                controlGroups(who, process, row, truth, findings);
            }
            findings.same(
                    who + "exit code",
                    process.stat().state() == 'Z' ? process.stat().exitCode() : null,
                    row.exitCode());
        }
    }

    private static void controlGroups(
            String who, ProcessTruth process, ProcessDetails row, GroundTruth truth, Findings findings) {
        findings.same(
                who + "control groups",
                truth.snapshot()
                        .text("proc/" + process.pid() + "/cgroup")
                        .orElse("")
                        .lines()
                        .sorted()
                        .toList(),
                row.controlGroups().stream()
                        .filter(group -> group.hierarchy() == 0 || !group.name().isEmpty())
                        .map(DetailComparison::line)
                        .sorted()
                        .toList());
    }

    private static String line(ProcessDetails.ControlGroup group) {
        String name = group.name().isEmpty() ? "" : "name=" + group.name();
        return group.hierarchy() + ":" + name + ":" + group.path();
    }

    private static List<String> capabilities(Map<String, String> status) {
        return List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb").stream()
                .map(key -> status.getOrDefault(key, ""))
                .toList();
    }

    private static List<String> capabilities(@Nullable Capabilities sets) {
        if (sets == null) {
            return List.of();
        }
        return List.of(sets.inheritable(), sets.permitted(), sets.effective(), sets.bounding(), sets.ambient()).stream()
                .map("%016x"::formatted)
                .toList();
    }
}
