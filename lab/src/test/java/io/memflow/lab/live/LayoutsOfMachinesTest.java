package io.memflow.lab.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.guest.host.HostPackages;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Machines of every layout of RAM: what we write at 10,000 random physical addresses of each QEMU itself shows there, and we
 * read what it shows.
 */
@Tag("guest")
class LayoutsOfMachinesTest {
    private static final int ADDRESSES = 10_000;
    private static final int WORDS = 2;
    private static final int BYTES = WORDS * Long.BYTES;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void physicalReadsAreQemusOwn(MachineKind kind) throws Exception {
        HostPackages.of(kind.emulator()).ensure(System.out::println);
        long seed = new Random().nextLong();
        System.out.printf("%s, seed %d%n", kind, seed);
        Random random = new Random(seed);
        try (BareMachine machine = BareMachine.start(kind.emulator(), folder, kind.words())) {
            kind.prepare(machine.control());
            long[] addresses;
            try (PhysicalMemory memory = connect("qemu:%d:write=true".formatted(machine.pid()))) {
                System.out.printf("%s: %s%n", memory.description(), memory.map().ranges());
                assertThat(kind.ramBytes() - memory.map().totalBytes())
                        .as("firmware hides less than a megabyte")
                        .isBetween(0L, 1L << 20);
                addresses = addresses(memory.map().ranges(), random);
                plant(memory, addresses, random);
            }
            // By its monitor's socket this time, and copied.
            String again = "qemu:%s:memory=process".formatted(machine.monitor());
            try (PhysicalMemory memory = connect(again);
                    PhysicalMemory best = connect("qemu:" + machine.pid())) {
                long[] shown = shown(machine, addresses);
                compare(memory, addresses, shown);
                compare(best, addresses, shown);
            }
        }
    }

    /** The edges of every range, and places anywhere between. */
    private static long[] addresses(List<AddressRange> ranges, Random random) {
        long total = ranges.stream().mapToLong(AddressRange::length).sum();
        long[] addresses = new long[ADDRESSES];
        int next = 0;
        for (AddressRange range : ranges) {
            addresses[next++] = range.start();
            addresses[next++] = range.end() - BYTES;
        }
        for (; next < addresses.length; next++) {
            long place = random.nextLong(total);
            for (AddressRange range : ranges) {
                if (place < range.length()) {
                    addresses[next] = range.start() + Math.min(place, range.length() - BYTES);
                    break;
                }
                place -= range.length();
            }
        }
        return addresses;
    }

    private static void plant(PhysicalMemory memory, long[] addresses, Random random) {
        MemoryBatch batch = new MemoryBatch();
        for (long address : addresses) {
            byte[] bytes = new byte[BYTES];
            random.nextBytes(bytes);
            batch.add(address, MemorySegment.ofArray(bytes));
        }
        memory.write(batch);
        for (int i = 0; i < batch.size(); i++) {
            assertThat(batch.status(i)).as("write at 0x%x", addresses[i]).isEqualTo(RequestStatus.WHOLE);
        }
    }

    /** The words at all addresses, as QEMU itself shows them. */
    private static long[] shown(BareMachine machine, long[] addresses) {
        long[] shown = new long[addresses.length * WORDS];
        for (int i = 0; i < addresses.length; i++) {
            System.arraycopy(machine.shown(addresses[i], WORDS), 0, shown, i * WORDS, WORDS);
        }
        assertThat(Arrays.stream(shown).filter(word -> word == 0).count())
                .as("words that prove nothing")
                .isLessThan(addresses.length / 100 + 1);
        return shown;
    }

    private static void compare(PhysicalMemory memory, long[] addresses, long[] shown) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[addresses.length * BYTES]);
        MemoryBatch batch = new MemoryBatch();
        for (int i = 0; i < addresses.length; i++) {
            batch.add(addresses[i], bytes, (long) i * BYTES, BYTES);
        }
        memory.read(batch);
        for (int word = 0; word < shown.length; word++) {
            assertThat(bytes.get(ScalarLayout.LONG_LITTLE, (long) word * Long.BYTES))
                    .as("0x%x", addresses[word / WORDS] + (long) (word % WORDS) * Long.BYTES)
                    .isEqualTo(shown[word]);
        }
    }

    private static PhysicalMemory connect(String step) {
        return Inventory.load().connect(ChainParser.parse(ChainStep.Kind.CONNECTOR, step), Optional.empty());
    }
}
