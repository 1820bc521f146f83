package io.memflow.lab;

import io.memflow.core.os.BpfMapInfo;
import io.memflow.core.os.BpfProgramInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Programs and maps of the kernel's virtual machine against what its system call says of them. */
final class BpfComparison {
    /** The kinds that the guest's program loads, include/uapi/linux/bpf.h. */
    private static final Map<String, String> PROGRAM_TYPES = Map.of("1", "socket_filter", "3", "sched_cls");

    private static final Map<String, String> MAP_TYPES = Map.of("1", "hash", "2", "array");

    private BpfComparison() {}

    static void compare(OperatingSystem system, GroundTruth truth, Findings findings) {
        List<String> lines = truth.snapshot().text("run/bpf").orElse("").lines().toList();
        Listing<BpfProgramInfo> programs = system.bpfPrograms();
        findings.same("damage of the BPF programs", true, programs.isComplete());
        findings.sameLines(
                "BPF programs",
                lines.stream()
                        .filter(line -> line.startsWith("program "))
                        .map(line -> typed(line, PROGRAM_TYPES))
                        .toList(),
                programs.rows().stream().map(BpfComparison::line).toList());
        Listing<BpfMapInfo> maps = system.bpfMaps();
        findings.same("damage of the BPF maps", true, maps.isComplete());
        findings.sameLines(
                "BPF maps",
                lines.stream()
                        .filter(line -> line.startsWith("map "))
                        .map(line -> typed(line, MAP_TYPES))
                        .toList(),
                maps.rows().stream().map(BpfComparison::line).toList());
    }

    private static String typed(String line, Map<String, String> types) {
        String[] fields = line.split(" ", -1);
        fields[2] = types.getOrDefault(fields[2], fields[2]);
        return String.join(" ", fields);
    }

    private static String line(BpfProgramInfo row) {
        String maps = String.join(",", row.maps().stream().map(String::valueOf).toList());
        return "program %d %s %s %d %d %d %s %s"
                .formatted(
                        row.id(),
                        row.type(),
                        row.tag(),
                        row.machineBytes(),
                        Objects.requireNonNull(row.loadedAfterBoot()).toNanos(),
                        row.uid(),
                        named(row.name()),
                        maps.isEmpty() ? "-" : maps);
    }

    private static String line(BpfMapInfo row) {
        return "map %d %s %d %d %d %s"
                .formatted(
                        row.id(), row.type(), row.keyBytes(), row.valueBytes(), row.mostEntries(), named(row.name()));
    }

    private static String named(@Nullable String name) {
        return name == null || name.isEmpty() ? "-" : name;
    }
}
