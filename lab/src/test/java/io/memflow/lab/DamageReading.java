package io.memflow.lab;

import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.symbol.Symbol;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is read of a damaged image, beside what it held.
 *
 * @param kept the part of the processes whose own structure was not hit that are listed
 * @param invented processes, modules and symbols that the image did not hold, and names that differ without being marked
 * @param lostModules modules whose own structure was not hit and that are not listed
 * @param complete whether the list of processes says that nothing is missing
 * @param processes how many are listed
 * @param missing what the list of processes names
 * @param time of opening the image and listing its processes
 * @param work processor time of the same
 */
record DamageReading(
        double kept,
        List<String> invented,
        Set<String> lostModules,
        boolean complete,
        int processes,
        List<String> missing,
        Duration time,
        Duration work) {
    private static final int MOST_EXAMPLES = 20;

    static DamageReading of(Path image, ImageDamage damage, ImageDamage.Kind kind) {
        long start = System.nanoTime();
        long startWork = processorTime();
        try (OperatingSystem system = Targets.image(image)) {
            Listing<ProcessInfo> listing = system.processes();
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            Duration work = Duration.ofNanos(processorTime() - startWork);
            List<String> invented = new ArrayList<>();
            Set<Integer> found = processes(listing, damage.intact(), invented);
            symbols(system, damage.intact(), invented);
            return new DamageReading(
                    kept(found, damage, kind),
                    invented,
                    lostModules(system.modules(), damage, kind, invented),
                    listing.isComplete(),
                    found.size(),
                    listing.missing().stream()
                            .map(part -> part.what() + ": " + part.why())
                            .toList(),
                    time,
                    work);
        }
    }

    /** Processor time of this thread, in nanoseconds. */
    private static long processorTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Set<Integer> processes(Listing<ProcessInfo> listing, IntactImage intact, List<String> invented) {
        Set<Integer> found = new HashSet<>();
        for (ProcessInfo row : listing.rows()) {
            IntactImage.Part known = intact.processes().get(row.pid());
            boolean isNamed = known != null
                    && (known.name().equals(row.name()) || !row.provenance().isComplete());
            if (!found.add(row.pid()) || !isNamed) {
                invented.add("process %d named \"%s\", not \"%s\"".formatted(row.pid(), row.name(), known));
            }
        }
        return found;
    }

    private static double kept(Set<Integer> found, ImageDamage damage, ImageDamage.Kind kind) {
        List<Integer> expected = unhit(damage.intact().processes(), damage, kind);
        return (double) expected.stream().filter(found::contains).count() / expected.size();
    }

    /** What lies on no page that was overwritten. */
    private static <K> List<K> unhit(Map<K, IntactImage.Part> all, ImageDamage damage, ImageDamage.Kind kind) {
        return all.entrySet().stream()
                .filter(entry -> !damage.hits(kind, entry.getValue().pages()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void symbols(OperatingSystem system, IntactImage intact, List<String> invented) {
        system.symbols().forEach(symbol -> {
            if (!isKnown(symbol, intact) && invented.size() < MOST_EXAMPLES) {
                invented.add("symbol " + symbol);
            }
        });
    }

    private static boolean isKnown(Symbol symbol, IntactImage intact) {
        return intact.symbols().getOrDefault(symbol.name(), Set.of()).contains(symbol.address());
    }

    private static Set<String> lostModules(
            Listing<ModuleInfo> listing, ImageDamage damage, ImageDamage.Kind kind, List<String> invented) {
        Map<String, IntactImage.Part> all = damage.intact().modules();
        Set<String> lost = new TreeSet<>(unhit(all, damage, kind));
        for (ModuleInfo row : listing.rows()) {
            lost.remove(row.name());
            if (!all.containsKey(row.name())) {
                invented.add("module " + row.name());
            }
        }
        return lost;
    }
}
