package io.memflow.lab;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds every row that the Linux layer gives against what the guest said of itself. A difference is one sentence; none
 * are forgiven but what goes on between the guest's own picture and its pause: kernel workers come and go and are named
 * after the work they did last, kernel threads and the process that counts run or wait for
 * a moment, and the task
 * that took the picture is done running. Confined.
 */
final class LinuxComparison {
    /** USER_HZ: the unit of start times in {@code /proc/PID/stat}. */
    private static final long TICK_NANOS = 10_000_000L;

    private static final long PAGE_SHIFT = 12;

    private final OperatingSystem system;
    private final GroundTruth truth;
    private final Findings findings = new Findings();

    private LinuxComparison(OperatingSystem system, GroundTruth truth) {
        this.system = system;
        this.truth = truth;
    }

    /**
     * What was compared and what differed.
     *
     * @param differences sentences, empty when all is equal
     * @param compared how many of each kind of row were held against the truth
     */
    record Result(List<String> differences, Map<String, Integer> compared) {}

    /** What the kernel's symbol table names. */
    enum Symbols {
        ALL,
        /** Built without KALLSYMS_ALL: the taint cannot be given, and must be named as missing. */
        FUNCTIONS,
        /**
         * As {@link #FUNCTIONS}, and without type information: what rests on members that are not learned must say so as
         * well.
         */
        FUNCTIONS_WITHOUT_TYPES
    }

    static Result compare(OperatingSystem system, GroundTruth truth) {
        return compare(system, truth, Symbols.ALL);
    }

    static Result compare(OperatingSystem system, GroundTruth truth, Symbols symbols) {
        LinuxComparison comparison = new LinuxComparison(system, truth);
        comparison.version();
        comparison.processes();
        comparison.threads();
        comparison.modules();
        comparison.symbols(symbols);
        comparison.frames();
        comparison.plantedTexts();
        FileComparison.compare(system, truth, comparison.findings);
        MountComparison.compare(system, truth, comparison.findings);
        DetailComparison.compare(system, truth, symbols, comparison.findings);
        LogComparison.compare(system, truth, comparison.findings);
        MachineComparison.machine(system, truth, symbols, comparison.findings);
        if (symbols == Symbols.FUNCTIONS_WITHOUT_TYPES) {
            comparison.whatIsNotLearned();
        } else {
            SocketComparison.compare(system, truth, comparison.findings);
            MachineComparison.interfaces(system, truth, comparison.findings);
            comparison.whatSymbolsLeadTo(symbols);
        }
        return new Result(comparison.findings.differences(), comparison.findings.compared());
    }

    private void whatSymbolsLeadTo(Symbols symbols) {
        if (symbols == Symbols.ALL) {
            BpfComparison.compare(system, truth, findings);
            InputComparison.compare(system, truth, findings);
        } else {
            mustSayWhy("BPF programs", system.bpfPrograms());
            mustSayWhy("input devices", system.inputDevices());
        }
    }

    private void whatIsNotLearned() {
        whatSymbolsLeadTo(Symbols.FUNCTIONS);
        SocketComparison.compareHeld(system, truth, findings);
        mustSayWhy("interfaces", system.interfaces());
    }

    private void mustSayWhy(String what, Listing<?> list) {
        if (list.isComplete()) {
            findings.differ(what + " are called complete, although the kernel does not name where they begin");
        }
    }

    private void version() {
        same("version", truth.version(), system.info().version());
    }

    private void processes() {
        Listing<ProcessInfo> listing = system.processes();
        same("damage of the process list", List.of(), listing.missing());
        Map<Integer, ProcessInfo> found = new LinkedHashMap<>();
        for (ProcessInfo row : listing.rows()) {
            if (found.put(row.pid(), row) != null) {
                findings.differ("process " + row.pid() + " is listed twice");
            }
        }
        for (ProcessTruth expected : truth.processes()) {
            if (truth.isStable(new TaskId(expected.pid(), expected.pid()))) {
                ProcessInfo row = found.get(expected.pid());
                if (row == null) {
                    findings.differ("process " + expected.stat() + " is missing");
                } else {
                    process(expected, row);
                }
            }
        }
        for (ProcessInfo row : found.values()) {
            if (truth.process(row.pid()).isEmpty() && row.kind() == ProcessInfo.Kind.USER) {
                findings.differ("process " + row + " is not in /proc");
            }
        }
    }

    private void process(ProcessTruth expected, ProcessInfo row) {
        String who = "process " + expected.pid() + " " + expected.stat().comm() + ": ";
        count("processes");
        same(who + "complete", List.of(), row.provenance().missing());
        same(who + "name", name(expected.stat().comm()), name(row.name()));
        state(who, expected, expected.stat(), row.state());
        same(who + "kernel thread", expected.isKernelThread(), row.kind() == ProcessInfo.Kind.KERNEL);
        same(who + "parent", expected.stat().parent(), row.parentPid());
        same(who + "threads", expected.stat().threads(), row.threads());
        credentials(who, expected, row);
        startTime(who, expected, row);
        if (hasLostItsMainThread(expected)) {
            // /proc shows nothing of its memory; the planted texts show that we do.
            return;
        }
        same(who + "path", expected.exe().orElse(null), row.path());
        same(who + "arguments", expected.arguments(), row.arguments());
        TargetProcess process = system.process(expected.pid()).orElseThrow();
        List<String> environment =
                process.environment().stream().map(LinuxComparison::entry).toList();
        same(who + "environment", expected.environmentEntries(), environment);
        maps(who, expected, process.regions());
    }

    private void state(String who, ProcessTruth process, TaskStat expected, TaskState state) {
        boolean keepsWaking = process.isKernelThread() || isCounter(process.pid());
        // Either look may meet it at work, or waiting for a lock, as the console's thread is while the guest prints.
        boolean justRan = keepsWaking
                && (expected.state() == 'R'
                        || expected.state() == 'D'
                        || state == TaskState.RUNNING
                        || state == TaskState.UNINTERRUPTIBLE);
        if (process.pid() != GroundTruth.PRINTER_PID && !justRan) {
            same(who + "state", expected.state(), state.letter());
        }
    }

    private boolean isCounter(int pid) {
        return truth.planted().stream().anyMatch(fact -> fact.kind().equals("counter") && fact.pid() == pid);
    }

    private static boolean hasLostItsMainThread(ProcessTruth process) {
        return process.stat().state() == 'Z' && process.stat().threads() > 1;
    }

    private static String entry(EnvironmentVariable variable) {
        return variable.name() + "=" + variable.value();
    }

    private void credentials(String who, ProcessTruth expected, ProcessInfo row) {
        if (row.credentials() == null) {
            findings.differ(who + "has no credentials");
            return;
        }
        List<Long> uids = List.of(row.credentials().uid(), row.credentials().effectiveUid());
        List<Long> gids = List.of(row.credentials().gid(), row.credentials().effectiveGid());
        same(
                who + "uids",
                expected.uids().subList(0, 2).stream().map(Integer::longValue).toList(),
                uids);
        same(
                who + "gids",
                expected.gids().subList(0, 2).stream().map(Integer::longValue).toList(),
                gids);
    }

    private void startTime(String who, ProcessTruth expected, ProcessInfo row) {
        if (row.startSinceBoot() == null || row.startTime() == null) {
            findings.differ(who + "has no start time");
            return;
        }
        same(who + "start", expected.stat().startTicks(), row.startSinceBoot().toNanos() / TICK_NANOS);
        Instant boot = row.startTime().minus(row.startSinceBoot());
        same(who + "boot time", truth.bootTime(), boot.getEpochSecond());
    }

    private void maps(String who, ProcessTruth expected, Listing<MemoryRegion> regions) {
        same(who + "damage of its regions", true, regions.isComplete());
        List<String> wanted = expected.maps().stream()
                .map(map -> line(map.start(), map.end(), map.permissions(), map.offset(), map.inode(), map.path()))
                .toList();
        List<String> got = regions.rows().stream()
                .map(region -> line(
                        region.start(),
                        region.end(),
                        region.permissions(),
                        region.fileOffset(),
                        region.inode(),
                        region.file() == null ? "" : region.file().replace("\n", "\\012")))
                .toList();
        findings.count("regions", wanted.size());
        same(who + "maps", wanted, got);
    }

    private static String line(long start, long end, String permissions, long offset, long inode, String path) {
        return "%x-%x %s %x %d %s".formatted(start, end, permissions, offset, inode, path);
    }

    private void threads() {
        Listing<ThreadInfo> listing = system.threads();
        same("damage of the thread lists", true, listing.isComplete());
        Map<TaskId, ThreadInfo> found = new LinkedHashMap<>();
        listing.rows().forEach(row -> found.put(new TaskId(row.pid(), row.tid()), row));
        for (ThreadTruth expected : truth.threads()) {
            TaskId id = new TaskId(expected.pid(), expected.tid());
            if (truth.isStable(id)) {
                ThreadInfo row = found.get(id);
                count("threads");
                if (row == null) {
                    findings.differ("thread " + expected + " is missing");
                } else {
                    same("thread " + id + " name", name(expected.stat().comm()), name(row.name()));
                    ProcessTruth process = truth.process(id.pid()).orElseThrow();
                    state("thread " + id + " " + row.name() + ": ", process, expected.stat(), row.state());
                }
            }
        }
        found.forEach((id, row) -> {
            if (!truth.tasksAfter().contains(id) && !String.valueOf(row.name()).startsWith("kworker/")) {
                findings.differ("thread " + row + " is not in /proc");
            }
        });
    }

    private void modules() {
        Listing<ModuleInfo> listing = system.modules();
        same("damage of the module list", true, listing.isComplete());
        List<String> wanted = truth.modules().stream()
                .map(module -> "%s %d %x".formatted(module.name(), module.size(), module.base()))
                .toList();
        List<String> got = listing.rows().stream()
                .map(module -> "%s %d %x".formatted(module.name(), module.size(), module.base()))
                .toList();
        findings.count("modules", wanted.size());
        same("modules", wanted, got);
    }

    private void symbols(Symbols asked) {
        if (truth.symbols().isEmpty()) {
            return;
        }
        boolean exportsKnown = asked != Symbols.FUNCTIONS_WITHOUT_TYPES;
        List<SymbolTruth> wanted = truth.symbols().stream()
                .map(symbol -> exportsKnown ? symbol : withoutExport(symbol))
                .toList();
        List<SymbolTruth> got = new ArrayList<>(wanted.size());
        system.symbols().forEach(symbol -> got.add(symbol(symbol)));
        int size = Math.max(got.size(), wanted.size());
        int different = 0;
        for (int i = 0; i < size; i++) {
            SymbolTruth expected = i < wanted.size() ? wanted.get(i) : null;
            SymbolTruth mine = i < got.size() ? got.get(i) : null;
            if (!Objects.equals(expected, mine) && different++ == 0) {
                findings.differ("symbol %d: expected %s, got %s".formatted(i, expected, mine));
            }
        }
        findings.count("symbols", wanted.size());
        same("different symbols", 0, different);
        List<String> defects = system.symbols().defects();
        if (exportsKnown) {
            same("damage of symbols", List.of(), defects);
        } else {
            same(
                    "says that exports are not known",
                    true,
                    defects.size() == 1 && defects.getFirst().contains("module.syms"));
        }
    }

    /** As it is shown where it is not known which symbols of modules are exported: all with lower-case letters. */
    private static SymbolTruth withoutExport(SymbolTruth symbol) {
        return symbol.module().isEmpty()
                ? symbol
                : new SymbolTruth(
                        symbol.address(), Character.toLowerCase(symbol.type()), symbol.name(), symbol.module());
    }

    private static SymbolTruth symbol(Symbol symbol) {
        return new SymbolTruth(symbol.address(), symbol.type(), symbol.name(), symbol.module());
    }

    /** Addresses that the guest's own pagemap resolved translate to the same frames. */
    private void frames() {
        Translation translation = new Translation();
        for (FrameTruth expected : truth.frames()) {
            Optional<VirtualMemory> memory = memory(expected.pid()).flatMap(LinuxComparison::mapped);
            if (memory.isPresent()) {
                count("frames");
                boolean mapped = memory.get().translate(expected.address(), translation);
                same(
                        "frame of %x in process %d".formatted(expected.address(), expected.pid()),
                        expected.frame(),
                        mapped ? translation.physical() >>> PAGE_SHIFT : translation.fault());
            }
        }
    }

    private void plantedTexts() {
        for (PlantedFact fact : truth.planted()) {
            if (fact.kind().equals("text")) {
                count("texts");
                String text = memory(fact.pid())
                        .map(memory -> memory.readUtf8(fact.address(), (int) fact.length() + 1))
                        .orElse("");
                same("text in process " + fact.pid(), fact.text(), text);
            }
        }
    }

    private Optional<MemoryView> memory(int pid) {
        return system.process(pid).map(TargetProcess::memory);
    }

    /** What the tables map of a space, which may be the whole of it. */
    private static Optional<VirtualMemory> mapped(MemoryView space) {
        return space instanceof VirtualMemory itself ? Optional.of(itself) : space.capability(VirtualMemory.class);
    }

    /** A kernel worker's own name, without the work it did last. */
    private static @Nullable String name(@Nullable String comm) {
        return comm != null && comm.startsWith("kworker/") ? comm.split("[-+]", 2)[0] : comm;
    }

    private void count(String what) {
        findings.count(what, 1);
    }

    private void same(String what, @Nullable Object expected, @Nullable Object got) {
        findings.same(what, expected, got);
    }
}
