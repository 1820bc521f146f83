package io.memflow.lab;

import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Modules of a real image whose links are cut, looped, or taken off a list as a rootkit takes them: none is lost, and each
 * is named. Confined.
 */
final class HiddenModules {
    /** {@code LIST_POISON1} and {@code LIST_POISON2}: what {@code list_del()} leaves behind (include/linux/poison.h). */
    private static final long POISON_NEXT = 0xDEAD_0000_0000_0100L;

    private static final long POISON_PREVIOUS = 0xDEAD_0000_0000_0122L;

    private final Path image;
    private final MemorySegment ram;
    private final Set<String> all;
    /** Virtual and physical addresses of each module's links on the list and in the set. */
    private final Map<String, Link> listed = new TreeMap<>();

    private final Map<String, Link> inSet = new TreeMap<>();
    private final Map<Long, Long> saved = new HashMap<>();
    private final List<String> failures = new ArrayList<>();

    private record Link(long nextOfPrevious, long previousOfNext, long own, long next, long previous) {}

    private HiddenModules(Path image, MemorySegment ram, IntactImage intact) {
        this.image = image;
        this.ram = ram;
        all = new TreeSet<>(intact.modules().keySet());
    }

    /** What is not as it must be; the image is left as it was. */
    static List<String> failures(Path image, MemorySegment ram, IntactImage intact) {
        HiddenModules modules = new HiddenModules(image, ram, intact);
        modules.survey();
        modules.all.forEach(modules::damage);
        return modules.failures;
    }

    private void survey() {
        try (OperatingSystem system = Targets.image(image)) {
            long list = system.types().member("module", "list").orElseThrow().offset();
            long set = system.types()
                    .member("module", "mkobj.kobj.entry")
                    .orElseThrow()
                    .offset();
            for (ModuleInfo module : system.modules().rows()) {
                listed.put(module.name(), link(system, Objects.requireNonNull(module.address()) + list));
                inSet.put(module.name(), link(system, Objects.requireNonNull(module.address()) + set));
            }
        }
    }

    private Link link(OperatingSystem system, long link) {
        long own = physical(system, link);
        long next = ram.get(ScalarLayout.LONG_LITTLE, own);
        long previous = ram.get(ScalarLayout.LONG_LITTLE, own + Long.BYTES);
        return new Link(physical(system, previous), physical(system, next + Long.BYTES), own, next, previous);
    }

    private static long physical(OperatingSystem system, long virtual) {
        Translation translation = new Translation();
        if (!((VirtualMemory) system.kernelMemory()).translate(virtual, translation)) {
            throw new IllegalStateException("0x%x is not mapped".formatted(virtual));
        }
        return translation.physical();
    }

    private void damage(String module) {
        Link list = Objects.requireNonNull(listed.get(module));
        Link set = Objects.requireNonNull(inSet.get(module));
        word(list.own(), 0);
        expect(module + " with a cut next", "modules (next)");
        word(list.own() + Long.BYTES, 0x1234);
        expect(module + " with a damaged prev", "modules");
        word(list.own(), list.previous());
        expect(module + " with a loop", "modules (next)");
        unlink(list);
        expect(
                module + " taken off the list",
                "module " + module + " is not on it, but was found by module-kset, module-tree");
        unlink(set);
        expect(
                module + " taken out of sysfs",
                "module " + module + " is not in it, but was found by module-list, module-tree");
        unlink(list);
        unlink(set);
        expect(module + " taken off both", "module " + module + " is not on it, but was found by module-tree");
    }

    /** As {@code list_del()}. */
    private void unlink(Link link) {
        word(link.nextOfPrevious(), link.next());
        word(link.previousOfNext(), link.previous());
        word(link.own(), POISON_NEXT);
        word(link.own() + Long.BYTES, POISON_PREVIOUS);
    }

    private void word(long physical, long value) {
        saved.putIfAbsent(physical, ram.get(ScalarLayout.LONG_LITTLE, physical));
        ram.set(ScalarLayout.LONG_LITTLE, physical, value);
    }

    /** All modules are listed and the finding is among what is missing; undoes the damage. */
    private void expect(String what, String finding) {
        try (OperatingSystem system = Targets.image(image)) {
            Listing<ModuleInfo> modules = system.modules();
            Set<String> names = new TreeSet<>();
            modules.rows().forEach(row -> names.add(row.name()));
            if (!names.equals(all) || modules.rows().size() != all.size()) {
                failures.add(what + ": listed are " + names);
            }
            if (modules.missing().stream().noneMatch(part -> (part.what() + " " + part.why()).contains(finding))) {
                failures.add(what + ": named is " + modules.missing());
            }
        }
        saved.forEach((physical, value) -> ram.set(ScalarLayout.LONG_LITTLE, physical, value));
        saved.clear();
    }
}
