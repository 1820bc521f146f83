package io.memflow.core.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ViewProperties;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every source of physical memory owes its users. A subclass opens the source under test over memory that holds
 * {@link Pattern} in the ranges it names; the ranges should be small, and some holes between them at most a megabyte.
 */
public abstract class PhysicalMemoryContract {
    private static final byte UNTOUCHED = 0x5A;
    private static final long PAGE = 4096;
    private static final int LARGEST_SPAN = 1 << 20;
    /** More than the requests one system call takes, so that a source that splits its batches has to. */
    private static final int MANY_REQUESTS = 3000;

    @TempDir
    protected Path directory;

    protected PhysicalMemory memory;
    private List<AddressRange> ranges;

    /** The ranges the source holds: ascending, without overlap or contact, none of them ending at 2^64. */
    protected abstract List<AddressRange> ranges();

    /** Opens the source under test; {@link #directory} is there for its files. */
    protected abstract PhysicalMemory open() throws IOException;

    @BeforeEach
    void openMemory() throws IOException {
        ranges = ranges();
        memory = open();
    }

    @AfterEach
    void closeMemory() {
        memory.close();
    }

    @Test
    void mapNamesTheRangesItHolds() {
        assertThat(memory.map().ranges()).isEqualTo(MemoryMap.of(ranges).ranges());
        assertThat(memory.description()).isNotBlank();
        assertThat(memory.idealBatchSize()).isPositive();
    }

    @Test
    void readsWholeRanges() {
        expectWholeRanges();
    }

    private void expectWholeRanges() {
        for (AddressRange range : ranges) {
            int length = (int) Math.min(range.length(), LARGEST_SPAN);
            assertThat(memory.readBytes(range.start(), length)).isEqualTo(Pattern.bytes(range.start(), length));
        }
    }

    @Test
    void readsAcrossPageBoundaries() {
        for (AddressRange range : ranges) {
            for (int length : new int[] {2, 8, 4095, 4097, 8193}) {
                long boundary = (range.start() + PAGE) / PAGE * PAGE;
                if (boundary - 1 + length <= range.end()) {
                    assertThat(memory.readBytes(boundary - 1, length)).isEqualTo(Pattern.bytes(boundary - 1, length));
                }
            }
        }
    }

    @Test
    void readsScalarsInLittleEndianOrder() {
        long address = ranges.getFirst().start() + 3;
        long expected = 0;
        for (int i = 7; i >= 0; i--) {
            expected = (expected << 8) | (Pattern.at(address + i) & 0xFF);
        }
        assertThat(memory.readLong(address)).isEqualTo(expected);
        assertThat(memory.readUnsigned(address, 4)).isEqualTo(expected & 0xFFFF_FFFFL);
        assertThat(memory.readShort(address)).isEqualTo((short) expected);
        assertThat(memory.readByte(address)).isEqualTo((byte) expected);
    }

    @Test
    void failsWhereThereIsNoMemory() {
        long end = ranges.getLast().end();
        MemoryBatch batch = new MemoryBatch();
        MemorySegment buffer = untouched(32);
        batch.add(end, buffer);
        memory.read(batch);

        assertThat(batch.status(0)).isEqualTo(RequestStatus.FAILED);
        assertThat(batch.transferred(0)).isZero();
        assertThat(batch.faultCount()).isEqualTo(1);
        assertThat(batch.faultCause(0)).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
        assertThat(buffer.toArray(ValueLayout.JAVA_BYTE)).containsOnly(UNTOUCHED);
        assertThatThrownBy(() -> memory.readLong(end - 4))
                .isInstanceOfSatisfying(MemoryAccessException.class, missing -> {
                    assertThat(missing.address()).isEqualTo(end);
                    assertThat(missing.fault()).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
                });
    }

    @Test
    void readsPartlyWhereMemoryEnds() {
        long end = ranges.getLast().end();
        MemoryBatch batch = new MemoryBatch();
        MemorySegment buffer = untouched(12);
        batch.add(end - 5, buffer);
        memory.read(batch);

        assertThat(batch.status(0)).isEqualTo(RequestStatus.PARTIAL);
        assertThat(batch.transferred(0)).isEqualTo(5);
        assertThat(batch.faultCount()).isEqualTo(1);
        assertThat(batch.faultOffset(0)).isEqualTo(5);
        assertThat(batch.faultLength(0)).isEqualTo(7);
        expectRead(end - 5, buffer);
    }

    @Test
    void readsAcrossHoles() {
        for (int i = 1; i < ranges.size(); i++) {
            AddressRange before = ranges.get(i - 1);
            AddressRange after = ranges.get(i);
            long start = before.end() - Math.min(before.length(), PAGE + 1);
            long end = after.start() + Math.min(after.length(), PAGE + 1);
            if (end - start > LARGEST_SPAN) {
                continue;
            }
            MemorySegment buffer = untouched((int) (end - start));
            MemoryBatch batch = new MemoryBatch();
            batch.add(start, buffer);
            memory.read(batch);

            assertThat(batch.status(0)).isEqualTo(RequestStatus.PARTIAL);
            assertThat(batch.faultCount()).isEqualTo(1);
            assertThat(batch.faultOffset(0)).isEqualTo(before.end() - start);
            assertThat(batch.faultLength(0)).isEqualTo(after.start() - before.end());
            expectRead(start, buffer);
        }
    }

    @Test
    void refusesRequestsPastTheEndOfTheAddressSpace() {
        MemoryBatch batch = new MemoryBatch();
        batch.add(-4, untouched(16));
        memory.read(batch);

        assertThat(batch.status(0)).isEqualTo(RequestStatus.FAILED);
        assertThat(batch.faultCause(0)).isEqualTo(Fault.ADDRESS_OVERFLOW);
    }

    @Test
    void endsEmptyRequestsWhole() {
        MemoryBatch batch = new MemoryBatch();
        batch.add(ranges.getFirst().start(), untouched(0));
        batch.add(ranges.getLast().end(), untouched(0));
        memory.read(batch);

        assertThat(batch.allWhole()).isTrue();
    }

    @Test
    void executesBatchesOfManyKindsOfRequest() {
        long seed = new Random().nextLong();
        try (Arena arena = Arena.ofConfined()) {
            readRandomBatch(new Random(seed), arena, MANY_REQUESTS);
        } catch (AssertionError failed) {
            throw new AssertionError("seed " + seed, failed);
        }
    }

    @Test
    void executesABatchAgain() {
        MemorySegment buffer = untouched(64);
        MemoryBatch batch = new MemoryBatch();
        batch.add(ranges.getFirst().start(), buffer);
        batch.add(ranges.getLast().end() - 1, untouched(2));
        memory.read(batch);
        buffer.fill(UNTOUCHED);
        memory.read(batch);

        assertThat(batch.status(0)).isEqualTo(RequestStatus.WHOLE);
        assertThat(batch.status(1)).isEqualTo(RequestStatus.PARTIAL);
        assertThat(batch.faultCount()).isEqualTo(1);
        expectRead(ranges.getFirst().start(), buffer);
    }

    @Test
    void servesManyThreadsAtOnce() throws Exception {
        long seed = new Random().nextLong();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Void>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Random random = new Random(seed + i);
                readers.add(() -> {
                    for (int round = 0; round < 20; round++) {
                        try (Arena arena = Arena.ofConfined()) {
                            readRandomBatch(random, arena, 40);
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> reader : threads.invokeAll(readers)) {
                reader.get();
            }
        }
    }

    @Test
    void directBytesAreTheBytesRead() {
        for (AddressRange range : ranges) {
            int length = (int) Math.min(range.length(), LARGEST_SPAN);
            memory.direct(range.start(), length)
                    .ifPresent(segment -> assertThat(segment.toArray(ValueLayout.JAVA_BYTE))
                            .isEqualTo(Pattern.bytes(range.start(), length)));
        }
        assertThat(memory.direct(ranges.getLast().end() - 1, 2)).isEmpty();
    }

    @Test
    void failsWritesUnlessItIsWritable() {
        if (memory.properties().access() == ViewProperties.Access.READ_ONLY) {
            MemoryBatch batch = new MemoryBatch();
            batch.add(ranges.getFirst().start(), untouched(4));
            memory.write(batch);

            assertThat(batch.status(0)).isEqualTo(RequestStatus.FAILED);
            assertThat(batch.faultCause(0)).isEqualTo(Fault.READ_ONLY);
            expectWholeRanges();
        }
    }

    @Test
    void closesTwice() {
        memory.close();
        memory.close();
    }

    private static MemorySegment untouched(int length) {
        return MemorySegment.ofArray(new byte[length]).fill(UNTOUCHED);
    }

    private void readRandomBatch(Random random, Arena arena, int requests) {
        MemoryBatch batch = new MemoryBatch();
        for (int i = 0; i < requests; i++) {
            int length = random.nextInt(random.nextInt(8) == 0 ? 20_000 : 300);
            int margin = random.nextInt(16);
            MemorySegment buffer = random.nextBoolean()
                    ? untouched(margin + length)
                    : arena.allocate(margin + length).fill(UNTOUCHED);
            batch.add(randomAddress(random), buffer, margin, length);
        }
        memory.read(batch);
        long faulted = 0;
        for (int i = 0; i < requests; i++) {
            MemorySegment buffer = batch.buffer(i);
            assertThat(batch.status(i)).isNotEqualTo(RequestStatus.PENDING);
            long read = expectRead(batch.address(i), buffer.asSlice(batch.bufferOffset(i)));
            assertThat(batch.transferred(i)).isEqualTo(read);
            faulted += batch.length(i) - read;
            for (long margin = 0; margin < batch.bufferOffset(i); margin++) {
                assertThat(buffer.get(ValueLayout.JAVA_BYTE, margin)).isEqualTo(UNTOUCHED);
            }
        }
        for (int i = 0; i < batch.faultCount(); i++) {
            faulted -= batch.faultLength(i);
        }
        assertThat(faulted).as("faulted bytes without a fault").isZero();
    }

    private long randomAddress(Random random) {
        AddressRange range = ranges.get(random.nextInt(ranges.size()));
        return switch (random.nextInt(8)) {
            case 0 -> range.end() - random.nextInt(500);
            case 1 -> range.start() - Math.min(range.start(), random.nextInt(500));
            case 2 -> range.end() + random.nextInt(100_000);
            default -> range.start() + random.nextLong(range.length());
        };
    }

    /** Checks every byte of a buffer read from {@code address} and returns how many of them are memory. */
    private long expectRead(long address, MemorySegment buffer) {
        long held = 0;
        for (long i = 0; i < buffer.byteSize(); i++) {
            byte expected = UNTOUCHED;
            if (holds(address + i)) {
                expected = Pattern.at(address + i);
                held++;
            }
            byte found = buffer.get(ValueLayout.JAVA_BYTE, i);
            // Building a description for each of many bytes would take longer than all the rest.
            if (found != expected) {
                assertThat(found).as("byte at 0x%x", address + i).isEqualTo(expected);
            }
        }
        return held;
    }

    private boolean holds(long address) {
        for (AddressRange range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
