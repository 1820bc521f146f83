package io.memflow.lab;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the guest's {@code /proc} said of one process. Immutable.
 *
 * @param stat its stat line
 * @param status lines of {@code status}, key to value without the colon and tabs
 * @param commandLine raw content of {@code cmdline}, arguments ended by NUL
 * @param environment raw content of {@code environ}, entries ended by NUL
 * @param maps its mappings in order of address; empty for kernel threads and zombies
 * @param exe target of the {@code exe} link, empty for kernel threads and zombies
 * @param cwd target of the {@code cwd} link
 * @param root target of the {@code root} link
 * @param threads its tasks in order of id
 * @param files descriptor to target of its link
 * @param namespaces kind to target, for example {@code pid} to {@code pid:[4026531836]}
 */
record ProcessTruth(
        TaskStat stat,
        Map<String, String> status,
        String commandLine,
        String environment,
        List<MapTruth> maps,
        Optional<String> exe,
        Optional<String> cwd,
        Optional<String> root,
        List<ThreadTruth> threads,
        Map<Integer, String> files,
        Map<String, String> namespaces) {

    static ProcessTruth parse(ProcSnapshot snapshot, int pid) {
        String folder = "proc/" + pid;
        Map<Integer, String> files = new LinkedHashMap<>();
        for (int descriptor : snapshot.numbers(folder + "/fd")) {
            files.put(descriptor, snapshot.require(folder + "/fd/" + descriptor));
        }
        Map<String, String> namespaces = new LinkedHashMap<>();
        for (String kind : snapshot.list(folder + "/ns")) {
            namespaces.put(kind, snapshot.require(folder + "/ns/" + kind));
        }
        List<ThreadTruth> threads = snapshot.numbers(folder + "/task").stream()
                .flatMap(tid -> snapshot.text(folder + "/task/" + tid + "/stat").stream())
                .filter(line -> !line.isEmpty())
                .map(line -> new ThreadTruth(pid, TaskStat.parse(line)))
                .toList();
        return new ProcessTruth(
                TaskStat.parse(snapshot.require(folder + "/stat")),
                status(snapshot.text(folder + "/status").orElse("")),
                snapshot.text(folder + "/cmdline").orElse(""),
                snapshot.text(folder + "/environ").orElse(""),
                snapshot.text(folder + "/maps")
                        .orElse("")
                        .lines()
                        .map(MapTruth::parse)
                        .toList(),
                snapshot.text(folder + "/exe"),
                snapshot.text(folder + "/cwd"),
                snapshot.text(folder + "/root"),
                threads,
                files,
                namespaces);
    }

    int pid() {
        return stat.id();
    }

    /** True for tasks without user memory that are no zombies: the kernel's own. */
    boolean isKernelThread() {
        return exe.isEmpty() && stat.state() != 'Z';
    }

    List<String> arguments() {
        return split(commandLine);
    }

    List<String> environmentEntries() {
        return split(environment);
    }

    /** Real, effective, saved and file system user id. */
    List<Integer> uids() {
        return ids("Uid");
    }

    /** Real, effective, saved and file system group id. */
    List<Integer> gids() {
        return ids("Gid");
    }

    private List<Integer> ids(String key) {
        return Arrays.stream(status.getOrDefault(key, "").split("\\s+", -1))
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(Integer::valueOf)
                .toList();
    }

    private static List<String> split(String raw) {
        if (raw.isEmpty()) {
            return List.of();
        }
        String body = raw.endsWith("\0") ? raw.substring(0, raw.length() - 1) : raw;
        return List.of(body.split("\0", -1));
    }

    private static Map<String, String> status(String text) {
        Map<String, String> entries = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                entries.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return entries;
    }
}
