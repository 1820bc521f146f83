package io.memflow.os.nativelinux;

import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.OsInfo;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.os.nativelinux.kernel.KernelNames;
import io.memflow.os.nativelinux.proc.Refusal;
import io.memflow.os.nativelinux.proc.Roots;
import io.memflow.os.nativelinux.task.HiddenProcesses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What this user sees of the machine: Confined. */
final class NativeDiscovery {
    private final Roots roots;
    private final List<DiscoveryStep> steps = new ArrayList<>();
    private long last = System.nanoTime();

    private NativeDiscovery(Roots roots, OsInfo info) {
        this.roots = roots;
        add("running kernel", Confidence.CONFIRMED, info.version());
        SymbolTable symbols = new KernelNames(roots).symbols();
        add(
                "kernel symbols",
                symbols.size() > 0 ? Confidence.CONFIRMED : Confidence.MISSING,
                symbols.size() > 0
                        ? "/proc/kallsyms shows %d of them with addresses".formatted(symbols.size())
                        : String.join(" ", symbols.defects()));
        processes();
    }

    /** The steps, taken now. */
    static List<DiscoveryStep> steps(Roots roots, OsInfo info) {
        return List.copyOf(new NativeDiscovery(roots, info).steps);
    }

    private void processes() {
        List<MissingPart> hidden = new HiddenProcesses(roots).missing();
        hidden.forEach(part -> add("processes", Confidence.MISSING, part.what() + ": " + part.why()));
        if (hidden.isEmpty()) {
            add("processes", Confidence.CONFIRMED, "/proc shows those of all users");
        }
        boolean any = Refusal.mayLookIntoAny();
        add(
                "their memory",
                any ? Confidence.CONFIRMED : Confidence.MISSING,
                any
                        ? "this user may look into every process (CAP_SYS_PTRACE)"
                        : "this user may look into some processes at most: " + Refusal.ofProcess());
    }

    private void add(String name, Confidence confidence, String finding) {
        long now = System.nanoTime();
        steps.add(new DiscoveryStep(name, confidence, finding, Duration.ofNanos(now - last)));
        last = now;
    }
}
