package io.memflow.cli.doctor;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Takes every list of a system once, and notes what each gives and what is missing from it. Confined. */
final class SystemLists {
    private final OperatingSystem system;
    private final List<Finding> findings = new ArrayList<>();

    private SystemLists(OperatingSystem system) {
        this.system = system;
    }

    static List<Finding> of(OperatingSystem system) {
        SystemLists lists = new SystemLists(system);
        lists.run();
        return List.copyOf(lists.findings);
    }

    private void run() {
        take("processes", system::processes);
        take("threads", system::threads);
        take("regions", this::regions);
        take("open files", system::handles);
        take("places of processes", system::places);
        take("details of processes", system::details);
        take("sockets", system::sockets);
        take("mounts", system::mounts);
        take("network interfaces", system::interfaces);
        take("kernel log", system::log);
        take("machine", system::machine);
        take("BPF programs", system::bpfPrograms);
        take("BPF maps", system::bpfMaps);
        take("input devices", system::inputDevices);
        take("modules", system::modules);
        symbols();
    }

    private Listing<MemoryRegion> regions() {
        List<MemoryRegion> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        for (ProcessInfo process : system.processes().rows()) {
            try {
                Listing<MemoryRegion> own = system.process(process).regions();
                rows.addAll(own.rows());
                missing.addAll(own.missing());
            } catch (MemflowException failed) {
                // One that ended since it was listed has no regions any more.
                if (failed.kind() != ErrorKind.NOT_FOUND) {
                    throw failed;
                }
            }
        }
        return new Listing<>(rows, missing);
    }

    private void symbols() {
        long start = System.nanoTime();
        int count = system.symbols().size();
        List<String> defects = system.symbols().defects();
        String text = count + " symbols" + (defects.isEmpty() ? "" : "; " + String.join(" ", defects));
        Confidence confidence = count == 0 ? Confidence.MISSING : sure(defects.isEmpty());
        String advice = defects.isEmpty() ? Advice.NONE : Advice.onList(defects.getFirst());
        findings.add(
                new Finding(Phase.LISTS, new DiscoveryStep("symbol list", confidence, text, since(start)), advice));
    }

    private <T extends Row> void take(String name, Supplier<Listing<T>> list) {
        long start = System.nanoTime();
        Listing<T> listing;
        try {
            listing = list.get();
        } catch (MemflowException failed) {
            listing = Listing.absent(name, failed.getMessage());
        }
        List<MissingPart> missing = new ArrayList<>(listing.missing());
        listing.rows().forEach(row -> missing.addAll(row.provenance().missing()));
        boolean none = listing.rows().isEmpty() && !missing.isEmpty();
        String text = listing.rows().size() + " rows" + (missing.isEmpty() ? ", complete" : "; " + missing(missing));
        String advice = missing.isEmpty()
                ? Advice.NONE
                : Advice.onList(missing.getFirst().why());
        Confidence confidence = none ? Confidence.MISSING : sure(missing.isEmpty());
        findings.add(new Finding(Phase.LISTS, new DiscoveryStep(name, confidence, text, since(start)), advice));
    }

    private static Confidence sure(boolean complete) {
        return complete ? Confidence.CONFIRMED : Confidence.LIKELY;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static String missing(List<MissingPart> parts) {
        MissingPart first = parts.getFirst();
        long others = parts.stream().filter(part -> !part.equals(first)).count();
        return "missing is " + first.what() + ": " + first.why()
                + (others > 0 ? "; and " + others + " more parts" : "");
    }
}
