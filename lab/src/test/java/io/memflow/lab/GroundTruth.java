package io.memflow.lab;

import io.memflow.core.error.MalformedDataException;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * What a lab guest said of itself, as records. The picture is taken by the guest's process 1, which starts no other
 * process for it; kernel workers still come and go, so compare those tasks only that {@link #isStable} names. Immutable.
 */
final class GroundTruth {
    /** The task that takes the picture: it runs then, and sleeps when its memory is compared. */
    static final int PRINTER_PID = 1;

    private final ProcSnapshot snapshot;
    private final Map<Integer, ProcessTruth> processes;
    private final List<ModuleTruth> modules;
    private final List<SymbolTruth> symbols;
    private final List<PlantedFact> planted;
    private final List<FrameTruth> frames;
    private final Set<TaskId> tasksAfter;

    private GroundTruth(ProcSnapshot snapshot) {
        this.snapshot = snapshot;
        this.processes = new TreeMap<>();
        for (int pid : snapshot.numbers("proc")) {
            // A process that ended while it was looked at has no content: it is not part of the picture.
            if (!snapshot.text("proc/" + pid + "/stat").orElse("").isEmpty()) {
                processes.put(pid, ProcessTruth.parse(snapshot, pid));
            }
        }
        this.modules =
                snapshot.require("proc/modules").lines().map(ModuleTruth::parse).toList();
        this.symbols = symbols(snapshot.bytes("proc/kallsyms.gz"));
        this.planted =
                snapshot.require("run/planted").lines().map(PlantedFact::parse).toList();
        this.frames =
                snapshot.require("run/frames").lines().map(FrameTruth::parse).toList();
        this.tasksAfter = tasks(snapshot.require("run/tasks-after"));
    }

    /**
     * @throws MalformedDataException when something is missing or not in the form the kernel prints
     */
    static GroundTruth parse(byte[] bytes) {
        return new GroundTruth(ProcSnapshot.parse(bytes));
    }

    /** As {@link #parse(byte[])}, from the file of a guest's debug port. */
    static GroundTruth read(Path file) throws IOException {
        return new GroundTruth(ProcSnapshot.read(file));
    }

    /** The raw files, for what has no record here. */
    ProcSnapshot snapshot() {
        return snapshot;
    }

    /** {@code /proc/version} without its line feed. */
    String version() {
        return snapshot.require("proc/version").strip();
    }

    /** {@code /proc/cmdline} without its line feed. */
    String commandLine() {
        return snapshot.require("proc/cmdline").strip();
    }

    /** When the guest booted, in seconds since 1970 ({@code btime} of {@code /proc/stat}). */
    long bootTime() {
        return snapshot.require("proc/stat")
                .lines()
                .filter(line -> line.matches("btime [0-9]{1,18}"))
                .map(line -> Long.parseLong(line.substring("btime ".length())))
                .findFirst()
                .orElseThrow(() -> new MalformedDataException("proc stat", 0, "it has no btime line"));
    }

    /** All processes in order of pid, kernel threads and the printer among them. */
    List<ProcessTruth> processes() {
        return List.copyOf(processes.values());
    }

    Optional<ProcessTruth> process(int pid) {
        return Optional.ofNullable(processes.get(pid));
    }

    /** The processes with a name; several may share it. */
    List<ProcessTruth> named(String comm) {
        return processes.values().stream()
                .filter(process -> process.stat().comm().equals(comm))
                .toList();
    }

    /** All tasks of all processes. */
    List<ThreadTruth> threads() {
        return processes.values().stream()
                .flatMap(process -> process.threads().stream())
                .toList();
    }

    /** In the order of {@code /proc/modules}, the youngest first. */
    List<ModuleTruth> modules() {
        return modules;
    }

    /** In the order of {@code /proc/kallsyms}; empty when the guest was not asked for them. */
    List<SymbolTruth> symbols() {
        return symbols;
    }

    List<PlantedFact> planted() {
        return planted;
    }

    List<FrameTruth> frames() {
        return frames;
    }

    /** Whether a task was there both when the picture was taken and after it was sent. */
    boolean isStable(TaskId task) {
        return tasksAfter.contains(task)
                && process(task.pid()).stream()
                        .flatMap(process -> process.threads().stream())
                        .anyMatch(thread -> thread.tid() == task.tid());
    }

    /**
     * Whether {@code /proc} says all of a process that memory says: it stayed, is not the one that took the picture, and
     * its main thread, through which {@code /proc} looks, has not ended before the others.
     */
    boolean isComparable(ProcessTruth process) {
        boolean headless = process.stat().state() == 'Z' && process.stat().threads() > 1;
        return process.pid() != PRINTER_PID && !headless && isStable(new TaskId(process.pid(), process.pid()));
    }

    /** Lines of a descriptor's {@code fdinfo}, key to value; empty when there is none. */
    Map<String, String> descriptor(int pid, int number) {
        Map<String, String> entries = new TreeMap<>();
        snapshot.text("proc/" + pid + "/fdinfo/" + number).orElse("").lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                entries.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return entries;
    }

    /** Processes through which the tables of network namespaces were sent, and the number of each namespace. */
    Map<Integer, Long> networks() {
        Map<Integer, Long> networks = new TreeMap<>();
        for (ProcessTruth process : processes.values()) {
            if (snapshot.text("proc/" + process.pid() + "/net/tcp").isPresent()) {
                String link = process.namespaces().getOrDefault("net", "");
                networks.put(process.pid(), Long.parseLong(link.replaceAll("[^0-9]", "")));
            }
        }
        return networks;
    }

    /** The tasks that were there after everything was sent, a moment before the guest was paused. */
    Set<TaskId> tasksAfter() {
        return tasksAfter;
    }

    private static Set<TaskId> tasks(String text) {
        Set<TaskId> tasks = new HashSet<>();
        text.lines().forEach(line -> {
            String[] fields = line.split(" ", -1);
            if (fields.length != 2 || !fields[0].matches("[0-9]{1,9}") || !fields[1].matches("[0-9]{1,9}")) {
                throw new MalformedDataException("lab tasks", 0, "this is no task line: " + line);
            }
            tasks.add(new TaskId(Integer.parseInt(fields[0]), Integer.parseInt(fields[1])));
        });
        return Set.copyOf(tasks);
    }

    private static List<SymbolTruth> symbols(Optional<byte[]> packed) {
        if (packed.isEmpty()) {
            return List.of();
        }
        List<SymbolTruth> symbols = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(new ByteArrayInputStream(packed.get())), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null) {
                symbols.add(SymbolTruth.parse(line));
                line = reader.readLine();
            }
        } catch (IOException e) {
            throw new MalformedDataException("proc kallsyms", 0, "its compressed form is broken: " + e.getMessage());
        }
        return List.copyOf(symbols);
    }
}
