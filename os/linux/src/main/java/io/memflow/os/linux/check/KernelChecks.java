package io.memflow.os.linux.check;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.translate.Translation;
import io.memflow.os.linux.structure.Kernel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/** Holds what was found in a kernel against itself: values known beforehand, and lists that lead to the same. Confined. */
public final class KernelChecks {
    /** {@code TASK_COMM_LEN}. */
    private static final int COMM_BYTES = 16;
    /** {@code PID_MAX_LIMIT}, include/linux/threads.h: no ring has more entries. */
    private static final int MOST_PROCESSES = 4 << 20;
    /** Processes whose root tables are looked at. */
    private static final int MOST_ROOTS = 1000;

    private final Kernel kernel;
    private final MemoryView memory;
    private final Listing<ProcessInfo> processes;
    private final Supplier<Optional<Instant>> bootTime;
    private final List<DiscoveryStep> steps = new ArrayList<>();

    /**
     * @param processes the list as it is given
     * @param bootTime asks when the machine was booted, by the kernel's clock
     */
    public KernelChecks(Kernel kernel, Listing<ProcessInfo> processes, Supplier<Optional<Instant>> bootTime) {
        this.kernel = kernel;
        this.processes = processes;
        this.bootTime = bootTime;
        memory = kernel.memory();
    }

    /** What a check found. */
    private record Outcome(boolean good, String finding) {}

    /** Makes all checks. */
    public List<DiscoveryStep> run() {
        check("idle task", this::idleTask);
        check("process ring", this::ring);
        check("pid table", this::pidTable);
        check("process page tables", this::roots);
        check("clock", this::clock);
        check("extent of memory", this::extent);
        return List.copyOf(steps);
    }

    private void check(String name, Supplier<Outcome> question) {
        long start = System.nanoTime();
        Outcome outcome;
        try {
            outcome = question.get();
        } catch (MemflowException unknown) {
            outcome = new Outcome(false, "cannot be made: " + unknown.getMessage());
        }
        Confidence confidence = outcome.good ? Confidence.CONFIRMED : Confidence.MISSING;
        steps.add(new DiscoveryStep(name, confidence, outcome.finding, Duration.ofNanos(System.nanoTime() - start)));
    }

    private Outcome idleTask() {
        long task = kernel.address("init_task");
        String name = memory.readUtf8Lossy(task + kernel.layout().offset("task_struct", "comm"), COMM_BYTES);
        int pid = memory.readInt(task + kernel.layout().offset("task_struct", "pid"));
        boolean good = pid == 0 && (name.equals("swapper") || name.equals("swapper/0"));
        return new Outcome(good, "process %d named \"%s\" at %s".formatted(pid, name, Address.format(task)));
    }

    /** {@code init_task.tasks}, along {@code next} and along {@code prev}. */
    private Outcome ring() {
        long head = kernel.address("init_task") + kernel.layout().offset("task_struct", "tasks");
        int word = memory.properties().pointerBytes();
        Way forwards = follow(head, 0);
        Way backwards = follow(head, word);
        boolean good = forwards.closed && backwards.closed && forwards.entries.equals(backwards.entries);
        return new Outcome(
                good,
                "%s along next, %s along prev%s"
                        .formatted(
                                forwards,
                                backwards,
                                forwards.entries.equals(backwards.entries) ? "" : ", not the same ones"));
    }

    /** One way around the ring. */
    private record Way(Set<Long> entries, boolean closed) {
        @Override
        public String toString() {
            return entries.size() + (closed ? " processes" : " processes up to where it breaks");
        }
    }

    private Way follow(long head, int pointer) {
        Set<Long> entries = new HashSet<>();
        try {
            long link = memory.readPointer(head + pointer);
            while (link != head && entries.size() < MOST_PROCESSES && entries.add(link)) {
                link = memory.readPointer(link + pointer);
            }
            return new Way(entries, link == head);
        } catch (MemflowException unreadable) {
            return new Way(entries, false);
        }
    }

    private Outcome pidTable() {
        boolean known = kernel.layout().has("pid_namespace", "idr.idr_rt.xa_head");
        if (!known || kernel.find("init_pid_ns").isEmpty()) {
            return new Outcome(false, "cannot be made: the kernel's symbols or types do not say where the table is");
        }
        long named = processes.rows().stream()
                .filter(row -> row.provenance().sources().contains("pid-table"))
                .count();
        int all = processes.rows().size();
        return new Outcome(named == all, "%d of %d processes have an id in it".formatted(named, all));
    }

    /** Every process maps the kernel: its root table leads from the idle task to the same bytes. */
    private Outcome roots() {
        long probe = kernel.address("init_task");
        Translation own = new Translation();
        kernel.memory().translate(probe, own);
        int agreed = 0;
        int asked = 0;
        for (ProcessInfo row : processes.rows()) {
            Long root = row.dtb();
            if (root != null && row.kind() == ProcessInfo.Kind.USER && asked < MOST_ROOTS) {
                asked++;
                Translation through = new Translation();
                boolean mapped = kernel.processMemory(root).translate(probe, through);
                agreed += mapped && through.physical() == own.physical() ? 1 : 0;
            }
        }
        if (asked == 0) {
            return new Outcome(false, "cannot be made: no process with memory of its own was found");
        }
        return new Outcome(agreed == asked, "%d of %d lead to the kernel they belong to".formatted(agreed, asked));
    }

    private Outcome clock() {
        Optional<Instant> found = bootTime.get();
        if (found.isEmpty()) {
            return new Outcome(false, "no timekeeper was found that agrees with itself");
        }
        Instant boot = found.get();
        boolean ascending = true;
        Duration youngest = Duration.ZERO;
        for (ProcessInfo row : processes.rows()) {
            Duration start = row.startSinceBoot();
            if (start != null) {
                ascending &= !start.isNegative();
                youngest = start.compareTo(youngest) > 0 ? start : youngest;
            }
        }
        boolean plausible = ascending && boot.isAfter(Instant.EPOCH);
        return new Outcome(
                plausible, "booted at %s, its youngest process is %d s younger".formatted(boot, youngest.toSeconds()));
    }

    /** {@code max_pfn}: where the kernel believes that memory ends (mm/memblock.c). */
    private Outcome extent() {
        OptionalLong symbol = kernel.find("max_pfn");
        if (symbol.isEmpty()) {
            return new Outcome(true, "not compared: the kernel names no max_pfn");
        }
        long kernelEnd = memory.readPointer(symbol.getAsLong())
                * kernel.memory().format().pageSize();
        long targetEnd = kernel.memory().physical().map().end();
        boolean good = Long.compareUnsigned(kernelEnd, targetEnd) <= 0;
        return new Outcome(
                good,
                "the kernel uses memory up to %s, the target has it up to %s%s"
                        .formatted(
                                Address.format(kernelEnd),
                                Address.format(targetEnd),
                                good ? "" : ": it is cut, or is not one piece"));
    }
}
