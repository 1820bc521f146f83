package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.kernel.GuestKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real image with more than 300 processes, damaged in one way for each seed: a link of the task list, a page of zeros,
 * random bytes in one page of a hundred. Processes whose own structure was not hit are all listed, and damage is named.
 */
@Tag("guest")
class DamagedImageTest {
    /** All kinds of damage for many seeds take half an hour. */
    private static final boolean HEAVY = Boolean.getBoolean("lab.heavy");

    private static final int SEEDS = HEAVY ? 100 : 20;
    private static final int WORKERS = 300;
    private static final int MEMORY_MIB = 1024;
    private static final int PAGE = 4096;
    /** Of other processes, when whole pages are damaged. */
    private static final double KEPT = 0.99;

    @TempDir
    Path folder;

    private final Map<Integer, Long> processes = new TreeMap<>();
    private final List<Long> links = new ArrayList<>();
    /** The physical pages each process' task_struct lies on. */
    private final Map<Integer, Set<Long>> pages = new HashMap<>();

    @Test
    void damageLosesOnlyWhatItHits() throws Exception {
        Path image = folder.resolve("ram.raw");
        GuestKernel kernel = LabKernel.V6_1.source().resolve(DamagedImageTest::say);
        HostPackages.forLab().ensure(DamagedImageTest::say);
        GuestConfiguration large =
                LabKernel.V6_1.configuration(kernel, Workload.initramfs(kernel)).withMemoryMiB(MEMORY_MIB);
        try (LabGuest lab = LabGuest.boot(kernel, large, LabGuest.Symbols.LEFT_OUT, WORKERS, DamagedImageTest::say)) {
            lab.guest().saveRaw(image);
        }
        try (OperatingSystem system = Targets.image(image)) {
            survey(system);
        }
        assertThat(processes).hasSizeGreaterThan(WORKERS);
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment ram = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
            for (int seed = 0; seed < SEEDS; seed++) {
                for (Damage damage : HEAVY ? EnumSet.allOf(Damage.class) : EnumSet.of(Damage.LINK, Damage.PAGE)) {
                    oneSeed(image, ram, damage, seed);
                }
            }
        }
    }

    /** The ways to damage an image. */
    private enum Damage {
        LINK,
        PAGE,
        HUNDREDTH
    }

    private void survey(OperatingSystem system) {
        Listing<ProcessInfo> listing = system.processes();
        assertThat(listing.isComplete()).isTrue();
        long next = system.types().member("task_struct", "tasks").orElseThrow().offset();
        long size = system.types().size("task_struct").orElseThrow();
        for (ProcessInfo process : listing.rows()) {
            processes.put(process.pid(), process.address());
            links.add(physical(system, process.address() + next));
            links.add(physical(system, process.address() + next + Long.BYTES));
            Set<Long> own = new HashSet<>();
            for (long at = 0; at < size; at += Long.BYTES) {
                own.add(physical(system, process.address() + at) / PAGE);
            }
            pages.put(process.pid(), own);
        }
    }

    private void oneSeed(Path image, MemorySegment ram, Damage damage, int seed) {
        Random random = new Random(seed);
        Map<Long, byte[]> saved = new HashMap<>();
        switch (damage) {
            case LINK -> link(ram, random, seed, saved);
            case PAGE -> page(ram, random.nextLong(ram.byteSize() / PAGE), new byte[PAGE], saved);
            case HUNDREDTH -> hundredth(ram, random, saved);
        }
        Set<Integer> expected = new HashSet<>(processes.keySet());
        if (damage != Damage.LINK) {
            pages.forEach((pid, own) -> {
                if (own.stream().anyMatch(saved::containsKey)) {
                    expected.remove(pid);
                }
            });
        }
        try (OperatingSystem system = Targets.image(image)) {
            Listing<ProcessInfo> listing = system.processes();
            Set<Integer> found = new HashSet<>();
            listing.rows().forEach(row -> found.add(row.pid()));
            String what = damage + ", seed " + seed;
            assertThat(processes.keySet()).as(what).containsAll(found);
            long kept = expected.stream().filter(found::contains).count();
            assertThat((double) kept / expected.size())
                    .as(what + ": " + listing.missing())
                    .isGreaterThanOrEqualTo(damage == Damage.LINK ? 1 : KEPT);
            if (found.size() < processes.size() || damage != Damage.PAGE) {
                assertThat(listing.isComplete()).as(what).isFalse();
            }
        } finally {
            saved.forEach(
                    (number, bytes) -> MemorySegment.copy(MemorySegment.ofArray(bytes), 0, ram, number * PAGE, PAGE));
        }
    }

    /** Cuts one link, or leads it to a place of chance, or back into the list. */
    private void link(MemorySegment ram, Random random, int seed, Map<Long, byte[]> saved) {
        long at = links.get(random.nextInt(links.size()));
        save(ram, at / PAGE, saved);
        long before = ram.get(ScalarLayout.LONG_LITTLE, at);
        long damaged = before;
        while (damaged == before) {
            damaged = switch (seed % 3) {
                case 0 -> 0L;
                case 1 -> random.nextLong();
                default -> ram.get(ScalarLayout.LONG_LITTLE, links.get(random.nextInt(links.size())));
            };
        }
        ram.set(ScalarLayout.LONG_LITTLE, at, damaged);
    }

    private static void hundredth(MemorySegment ram, Random random, Map<Long, byte[]> saved) {
        long total = ram.byteSize() / PAGE;
        for (long i = 0; i < total / 100; i++) {
            byte[] noise = new byte[PAGE];
            random.nextBytes(noise);
            page(ram, random.nextLong(total), noise, saved);
        }
    }

    private static void page(MemorySegment ram, long number, byte[] contents, Map<Long, byte[]> saved) {
        save(ram, number, saved);
        MemorySegment.copy(MemorySegment.ofArray(contents), 0, ram, number * PAGE, PAGE);
    }

    private static void save(MemorySegment ram, long number, Map<Long, byte[]> saved) {
        saved.computeIfAbsent(number, absent -> ram.asSlice(number * PAGE, PAGE).toArray(ValueLayout.JAVA_BYTE));
    }

    private static long physical(OperatingSystem system, long virtual) {
        Translation translation = new Translation();
        assertThat(((VirtualMemory) system.kernelMemory()).translate(virtual, translation))
                .isTrue();
        return translation.physical();
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
