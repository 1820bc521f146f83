package io.memflow.core.translate.property;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.Address;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.translate.reference.Outcome;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Writes of random ranges, read-only pages, aliases and page tables among them: a batch is translated with the tables as
 * they were before it, then its bytes land in the order of its requests, and no other byte of the memory changes.
 */
class VirtualWritePropertyTest {
    private static final int REQUESTS = 24;
    private static final int SCALARS = 8;
    /** Around what is written, so that a write from a wrong place shows. */
    private static final int MARGIN = 16;

    static List<Architecture> architectures() {
        return VirtualReadPropertyTest.architectures();
    }

    static List<Split.Family> families() {
        return Split.families();
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void writesWhatTheModelWritesAndNothingElse(Architecture architecture) {
        Rounds.run("writing " + architecture, 0.1, random -> {
            MadeTables tables = new MadeTables(architecture, random);
            try (MadeMemory _ = tables.memory) {
                return write(tables, random);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("families")
    void writesThroughBothTrees(Split.Family family) {
        Rounds.run("writing " + family, 0.1, random -> {
            SplitTables tables = new SplitTables(
                    family.splits().get(random.nextInt(family.splits().size())), random);
            try (MadeMemory _ = tables.memory()) {
                return write(tables, random);
            }
        });
    }

    private static int write(MadeSpace tables, SplittableRandom random) {
        MadeMemory memory = tables.memory();
        VirtualMemory view =
                new VirtualMemory(random.nextBoolean() ? memory.direct() : memory.distant(), tables.space());
        MemoryBatch batch = new MemoryBatch();
        byte[][] buffers = new byte[REQUESTS][];
        for (int i = 0; i < REQUESTS; i++) {
            buffers[i] = new byte[VirtualReadPropertyTest.length(random) + 2 * MARGIN];
            random.nextBytes(buffers[i]);
            long length = buffers[i].length - 2L * MARGIN;
            batch.add(tables.virtual().longValue(), MemorySegment.ofArray(buffers[i]), MARGIN, length);
        }
        byte[] wanted = memory.bytes.clone();
        Fault[][] faults = new Fault[REQUESTS][];
        for (int i = 0; i < REQUESTS; i++) {
            byte[] bytes = Arrays.copyOfRange(buffers[i], MARGIN, buffers[i].length - MARGIN);
            faults[i] = model(tables, batch.address(i), bytes, wanted);
        }
        byte[][] sources = Arrays.stream(buffers).map(byte[]::clone).toArray(byte[][]::new);
        view.write(batch);
        check(tables, batch, faults, memory.bytes, wanted);
        assertThat(buffers).as("what was written from").isDeepEqualTo(sources);
        for (int i = 0; i < SCALARS; i++) {
            writeScalar(tables, view, random);
        }
        return REQUESTS + SCALARS;
    }

    /** Writes bytes into {@code target} as the model translates them now; returns each byte's fault. */
    private static Fault[] model(MadeSpace tables, long start, byte[] bytes, byte[] target) {
        Fault[] faults = new Fault[bytes.length];
        if (Address.overflows(start, bytes.length)) {
            Arrays.fill(faults, Fault.ADDRESS_OVERFLOW);
            return faults;
        }
        long page = tables.pageSize();
        int offset = 0;
        while (offset < bytes.length) {
            int run = (int) Math.min(page - (start + offset & page - 1), bytes.length - offset);
            Outcome outcome = tables.judge(Wide.unsigned(start + offset));
            for (int i = 0; i < run; i++) {
                BigInteger physical = outcome.physical().add(BigInteger.valueOf(i));
                boolean mapped = outcome.fault() == Fault.NONE;
                boolean held = mapped && tables.memory().holds(physical, 1);
                faults[offset + i] = mapped && !held ? Fault.OUTSIDE_PHYSICAL_MEMORY : outcome.fault();
                if (held) {
                    target[physical.intValue()] = bytes[offset + i];
                }
            }
            offset += run;
        }
        return faults;
    }

    private static void check(MadeSpace tables, MemoryBatch batch, Fault[][] wanted, byte[] memory, byte[] expected) {
        byte[][] sizes = new byte[wanted.length][];
        for (int i = 0; i < wanted.length; i++) {
            sizes[i] = new byte[wanted[i].length];
        }
        Fault[][] found = VirtualReadPropertyTest.faults(batch, sizes);
        for (int i = 0; i < wanted.length; i++) {
            String where = "%s at %s".formatted(tables.name(), Address.format(batch.address(i)));
            assertThat(Arrays.mismatch(found[i], wanted[i])).as(where).isEqualTo(-1);
            long faulted = Arrays.stream(wanted[i])
                    .filter(fault -> fault != Fault.NONE)
                    .count();
            assertThat(batch.transferred(i)).as(where).isEqualTo(wanted[i].length - faulted);
            assertThat(batch.status(i))
                    .as(where)
                    .isEqualTo(
                            faulted == 0
                                    ? RequestStatus.WHOLE
                                    : faulted == wanted[i].length ? RequestStatus.FAILED : RequestStatus.PARTIAL);
        }
        checkMemory(tables, memory, expected);
    }

    private static void checkMemory(MadeSpace tables, byte[] memory, byte[] expected) {
        int different = Arrays.mismatch(memory, expected);
        if (different >= 0) {
            assertThat(memory[different])
                    .as("%s: the byte at physical 0x%x", tables.name(), different)
                    .isEqualTo(expected[different]);
        }
    }

    private static void writeScalar(MadeSpace tables, VirtualMemory view, SplittableRandom random) {
        long at = tables.virtual().longValue();
        int length = 1 << random.nextInt(4);
        long value = random.nextLong();
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (value >>> (i * Byte.SIZE));
        }
        byte[] wanted = tables.memory().bytes.clone();
        Fault[] faults = model(tables, at, bytes, wanted);
        boolean whole = Arrays.stream(faults).allMatch(fault -> fault == Fault.NONE);
        boolean threw = false;
        try {
            view.writeUnsigned(at, length, value);
        } catch (MemoryAccessException missing) {
            threw = true;
            assertThat(missing.fault()).isIn((Object[]) faults);
        }
        assertThat(threw).as("scalar at %s", Address.format(at)).isEqualTo(!whole);
        checkMemory(tables, tables.memory().bytes, wanted);
    }
}
