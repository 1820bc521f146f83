package io.memflow.os.windows;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetProcess;
import io.memflow.os.windows.discovery.DiscoveredWindows;
import io.memflow.os.windows.discovery.Hints;
import io.memflow.os.windows.discovery.WindowsDiscovery;
import io.memflow.os.windows.process.ProcessChoices;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A synthetic machine, damaged all over by chance: whatever it holds, only exceptions of our own come of it. */
class SyntheticHostileTest {
    private static final int SEEDS = 12;
    private static final int PAGE_BYTES = 4096;

    @ParameterizedTest
    @EnumSource
    void aSyntheticMachineDamagedByChanceEndsInRowsOrOurOwnExceptions(TestedBuild build) {
        int found = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            try (SyntheticWindows machine = build.builder().build()) {
                damage(machine.memory(), new Random(seed), seed % 3);
                found += lookEverywhere(machine.memory(), build, seed) ? 1 : 0;
            }
        }
        // Most wounds hit something that is not needed.
        assertThat(found).as("machines of %s that were still found", build).isPositive();
    }

    /** Writes random words into pages that hold something, or other pages over them. */
    private static void damage(PhysicalMemory memory, Random random, int kind) {
        AddressRange range = memory.map().ranges().getFirst();
        int pages = (int) (range.length() / PAGE_BYTES);
        byte[] bytes = new byte[PAGE_BYTES];
        for (int wound = 0; wound < pages / 16; wound++) {
            long page = range.start() + (long) random.nextInt(pages) * PAGE_BYTES;
            int offset = random.nextInt(PAGE_BYTES / Long.BYTES) * Long.BYTES;
            switch (kind) {
                case 0 -> memory.writeLong(page + offset, random.nextLong());
                case 1 -> memory.writeLong(page + offset, memory.readLong(page + offset) ^ 1L << random.nextInt(64));
                default -> {
                    memory.readBytes(range.start() + (long) random.nextInt(pages) * PAGE_BYTES, bytes);
                    memory.writeBytes(page, bytes);
                    wound += 8;
                }
            }
        }
    }

    private static boolean lookEverywhere(PhysicalMemory memory, TestedBuild build, int seed) {
        DiscoveredWindows found;
        try {
            found = WindowsDiscovery.discover(memory, Hints.NONE, Optional.empty());
        } catch (MemflowException notFound) {
            return false;
        }
        WindowsSystem system = new WindowsSystem(memory, found, ProcessChoices.DEFAULT);
        String where = build + ", seed " + seed;
        attempt(where, system::checks);
        attempt(where, system::threads);
        attempt(where, system::modules);
        attempt(where, system::handles);
        attempt(where, system::details);
        attempt(where, system::places);
        attempt(where, system::registryHives);
        attempt(where, system::services);
        for (ProcessInfo row : system.processes().rows()) {
            TargetProcess process = system.process(row);
            attempt(where, process::modules);
            attempt(where, process::regions);
            attempt(where, process::environment);
        }
        return true;
    }

    private static void attempt(String where, Supplier<?> list) {
        try {
            assertThat(list.get()).as(where).isNotNull();
        } catch (MemflowException documented) {
            assertThat(documented.getMessage()).as(where).isNotEmpty();
        }
    }
}
