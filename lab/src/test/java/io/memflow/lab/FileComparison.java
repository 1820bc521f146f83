package io.memflow.lab;

import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessPlaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Open files, current directories and roots against {@code /proc/PID/fd}, {@code fdinfo}, {@code cwd} and {@code root}. */
final class FileComparison {
    private static final Map<String, HandleInfo.Kind> KINDS = Map.of(
            "anon_inode:[eventfd]", HandleInfo.Kind.EVENTFD,
            "anon_inode:[eventpoll]", HandleInfo.Kind.EPOLL,
            "anon_inode:[timerfd]", HandleInfo.Kind.TIMERFD,
            "anon_inode:[signalfd]", HandleInfo.Kind.SIGNALFD,
            "anon_inode:[pidfd]", HandleInfo.Kind.PIDFD,
            "anon_inode:inotify", HandleInfo.Kind.ANONYMOUS,
            "/srv", HandleInfo.Kind.DIRECTORY,
            "/srv/archive-link", HandleInfo.Kind.SYMBOLIC_LINK,
            "/srv/archive-fifo", HandleInfo.Kind.PIPE,
            "/dev/null", HandleInfo.Kind.CHARACTER_DEVICE);

    private FileComparison() {}

    static void compare(OperatingSystem system, GroundTruth truth, Findings findings) {
        Listing<HandleInfo> handles = system.handles();
        Listing<ProcessPlaces> places = system.places();
        findings.same("damage of the open files", List.of(), handles.missing());
        findings.same("damage of the places", List.of(), places.missing());
        List<String> wanted = new ArrayList<>();
        List<String> got = new ArrayList<>();
        for (ProcessTruth process : truth.processes()) {
            if (!truth.isComparable(process)) {
                continue;
            }
            process.files().forEach((number, target) -> wanted.add(expected(truth, process, number, target)));
            for (HandleInfo row : handles.rows()) {
                if (row.pid() == process.pid()) {
                    findings.same(
                            "file " + row + " complete",
                            List.of(),
                            row.provenance().missing());
                    got.add(line(row, truth, process));
                }
            }
            findings.same(
                    "places of process " + process.pid(),
                    List.of(process.cwd(), process.root()),
                    places.rows().stream()
                            .filter(row -> row.pid() == process.pid())
                            .flatMap(
                                    row -> List.of(
                                            Optional.ofNullable(row.currentDirectory()),
                                            Optional.ofNullable(row.root()))
                                            .stream())
                            .toList());
            findings.count("places", 1);
        }
        findings.sameLines("files", wanted, got);
    }

    private static String expected(GroundTruth truth, ProcessTruth process, int number, String target) {
        Map<String, String> information = truth.descriptor(process.pid(), number);
        return "process %d: %d %s %s at %s, flags %s, inode %s"
                .formatted(
                        process.pid(),
                        number,
                        kind(target).map(Enum::name).orElse("any"),
                        target,
                        information.get("pos"),
                        Long.toString(Long.parseLong(information.getOrDefault("flags", "0"), 8)),
                        information.getOrDefault("ino", "any"));
    }

    private static String line(HandleInfo row, GroundTruth truth, ProcessTruth process) {
        boolean knowsInode = truth.descriptor(process.pid(), (int) row.value()).containsKey("ino");
        String name = String.valueOf(row.name());
        return "process %d: %d %s %s at %d, flags %d, inode %s"
                .formatted(
                        row.pid(),
                        row.value(),
                        kind(name).isPresent() ? String.valueOf(row.kind()) : "any",
                        name,
                        row.position(),
                        row.flags(),
                        knowsInode ? String.valueOf(row.inode()) : "any");
    }

    private static Optional<HandleInfo.Kind> kind(String target) {
        if (target.startsWith("pipe:[")) {
            return Optional.of(HandleInfo.Kind.PIPE);
        }
        if (target.startsWith("socket:[")) {
            return Optional.of(HandleInfo.Kind.SOCKET);
        }
        if (target.matches("[a-z]{1,8}:\\[[0-9]+]")) {
            return Optional.of(HandleInfo.Kind.NAMESPACE);
        }
        if (target.endsWith(".txt") || target.endsWith(" (deleted)")) {
            return target.startsWith("/srv/soon") ? Optional.empty() : Optional.of(HandleInfo.Kind.FILE);
        }
        return Optional.ofNullable(KINDS.get(target));
    }
}
