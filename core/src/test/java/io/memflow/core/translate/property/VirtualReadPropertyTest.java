package io.memflow.core.translate.property;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.Address;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.translate.reference.Outcome;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VirtualReadPropertyTest {
    private static final int REQUESTS = 24;
    private static final int MOST_BYTES = 12_000;
    private static final byte UNTOUCHED = 0x5A;

    /** A view has addresses of 64 bits. */
    static List<Architecture> architectures() {
        return Architecture.all().stream()
                .filter(architecture ->
                        architecture.formats().getFirst().format().addressBits() <= Long.SIZE)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void readsRangesByteForByteAsTheModelDoes(Architecture architecture) {
        Rounds.run("reading " + architecture, 0.1, random -> {
            MadeTables tables = new MadeTables(architecture, random);
            try (MadeMemory _ = tables.memory) {
                return read(tables, random);
            }
        });
    }

    /** Reads random ranges as one batch and holds every byte against the model; returns how many ranges. */
    static int read(MadeSpace tables, SplittableRandom random) {
        MadeMemory memory = tables.memory();
        VirtualMemory view =
                new VirtualMemory(random.nextBoolean() ? memory.direct() : memory.distant(), tables.space());
        MemoryBatch batch = new MemoryBatch();
        byte[][] buffers = new byte[REQUESTS][];
        long[] starts = new long[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            starts[i] = tables.virtual().longValue();
            buffers[i] = new byte[length(random)];
            Arrays.fill(buffers[i], UNTOUCHED);
            batch.add(starts[i], MemorySegment.ofArray(buffers[i]));
        }
        view.read(batch);
        Fault[][] faults = faults(batch, buffers);
        for (int i = 0; i < REQUESTS; i++) {
            check(tables, starts[i], buffers[i], faults[i]);
            checkScalar(view, starts[i], buffers[i], faults[i]);
        }
        return REQUESTS;
    }

    static int length(SplittableRandom random) {
        return random.nextInt(3) == 0 ? 1 + random.nextInt(16) : 1 + random.nextInt(random.nextInt(1, MOST_BYTES));
    }

    /** For every byte its fault; no byte may have two. */
    static Fault[][] faults(MemoryBatch batch, byte[][] buffers) {
        Fault[][] faults = new Fault[buffers.length][];
        for (int i = 0; i < buffers.length; i++) {
            faults[i] = new Fault[buffers[i].length];
            Arrays.fill(faults[i], Fault.NONE);
        }
        for (int i = 0; i < batch.faultCount(); i++) {
            Fault[] own = faults[batch.faultRequest(i)];
            long end = batch.faultOffset(i) + batch.faultLength(i);
            assertThat(end).isLessThanOrEqualTo(own.length);
            for (long at = batch.faultOffset(i); at < end; at++) {
                assertThat(own[(int) at]).as("a byte reported twice").isEqualTo(Fault.NONE);
                own[(int) at] = batch.faultCause(i);
            }
        }
        return faults;
    }

    private static void check(MadeSpace tables, long start, byte[] bytes, Fault[] faults) {
        if (Address.overflows(start, bytes.length)) {
            for (Fault fault : faults) {
                assertThat(fault).isEqualTo(Fault.ADDRESS_OVERFLOW);
            }
            return;
        }
        int offset = 0;
        while (offset < bytes.length) {
            BigInteger virtual = Wide.unsigned(start + offset);
            Outcome outcome = tables.judge(virtual);
            // Page by page even in a larger one: of the equal entries that make it, noise may have left some.
            long page = tables.pageSize();
            int run = (int) Math.min(page - (start + offset & page - 1), bytes.length - offset);
            for (int i = 0; i < run; i++) {
                check(tables, outcome, i, start + offset + i, bytes[offset + i], faults[offset + i]);
            }
            offset += run;
        }
    }

    private static void check(MadeSpace tables, Outcome outcome, int offset, long virtual, byte found, Fault fault) {
        Fault wanted = outcome.fault();
        byte value = UNTOUCHED;
        BigInteger physical = outcome.physical().add(BigInteger.valueOf(offset));
        if (wanted == Fault.NONE && tables.memory().holds(physical, 1)) {
            value = tables.memory().bytes[physical.intValue()];
        } else if (wanted == Fault.NONE) {
            wanted = Fault.OUTSIDE_PHYSICAL_MEMORY;
        }
        if (fault != wanted || found != value) {
            assertThat(fault + " " + found)
                    .as("%s at %s", tables.name(), Address.format(virtual))
                    .isEqualTo(wanted + " " + value);
        }
    }

    /** The short way for scalars reads what the batch read. */
    private static void checkScalar(VirtualMemory view, long start, byte[] bytes, Fault[] faults) {
        int length = Integer.highestOneBit(Math.min(bytes.length, Long.BYTES));
        long wanted = 0;
        for (int i = length - 1; i >= 0; i--) {
            if (faults[i] != Fault.NONE) {
                return;
            }
            wanted = wanted << Byte.SIZE | (bytes[i] & 0xFF);
        }
        assertThat(view.readUnsigned(start, length))
                .as("scalar at %s", Address.format(start))
                .isEqualTo(wanted);
    }
}
