package io.memflow.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PointerWidth;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeteredViewTest {
    private static final long SECOND = 1_000_000_000;

    private final PhysicalMemory source = PatternMemory.of(List.of(new AddressRange(0, 0x1000)));
    /** Each look at the clock takes a microsecond, so a call does too. */
    private final AtomicLong clock = new AtomicLong(-5 * SECOND);

    private final MemoryView view = new MeteredView(source, () -> clock.getAndAdd(1000));
    private final MemoryMetrics metrics = view.capability(MemoryMetrics.class).orElseThrow();

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void countsRequestsBytesAndFailures() {
        MemoryBatch batch = new MemoryBatch();
        batch.add(0, MemorySegment.ofArray(new byte[100]));
        batch.add(0xFF8, MemorySegment.ofArray(new byte[16]));
        batch.add(0x2000, MemorySegment.ofArray(new byte[16]));
        view.read(batch);
        view.readLong(8);

        AccessFigures reads = metrics.reads();
        assertThat(reads.calls()).isEqualTo(2);
        assertThat(reads.requests()).isEqualTo(4);
        assertThat(reads.bytes()).isEqualTo(100 + 8 + 8);
        assertThat(reads.partial()).isEqualTo(1);
        assertThat(reads.failed()).isEqualTo(1);
        assertThat(reads.latency().count()).isEqualTo(2);
        assertThat(reads.latency().percentile(50)).isBetween(1000L, 1125L);
        assertThat(metrics.writes().calls()).isZero();
    }

    @Test
    void countsWritesApart() {
        view.writeInt(0, 1);
        view.writeUtf8(8, "abc");

        assertThat(metrics.writes().calls()).isEqualTo(2);
        assertThat(metrics.writes().bytes()).isEqualTo(8);
        assertThat(metrics.reads().calls()).isZero();
    }

    @Test
    void tellsRatesSinceTheStartAndOfTheLastSeconds() {
        for (int second = 0; second < 40; second++) {
            // 100 reads in each of the first 20 seconds, 10 in each of the next 20.
            for (int i = 0; i < (second < 20 ? 100 : 10); i++) {
                view.readLong(0);
            }
            clock.set((second + 1 - 5) * SECOND);
        }
        AccessFigures reads = metrics.reads();

        assertThat(reads.sinceStart().requestsPerSecond()).isBetween(54.9, 55.1);
        assertThat(reads.sinceStart().bytesPerSecond()).isBetween(439.0, 441.0);
        assertThat(reads.recent().requestsPerSecond()).isBetween(9.0, 11.0);
        assertThat(reads.recent().bytesPerSecond()).isBetween(72.0, 88.0);

        clock.addAndGet(11 * SECOND);
        assertThat(metrics.reads().recent().requestsPerSecond()).as("idle").isZero();
    }

    @Test
    void recentRatesSoonAfterTheStartCoverTheTimeGoneBy() {
        for (int i = 0; i < 50; i++) {
            view.readLong(0);
        }
        clock.set(-4 * SECOND);

        assertThat(metrics.reads().recent().requestsPerSecond()).isBetween(49.9, 50.1);
    }

    @Test
    void histogramKnowsEveryTimeToAnEighth() {
        LatencyCounter counter = new LatencyCounter();
        for (long nanos = 1; nanos > 0 && nanos < Long.MAX_VALUE / 3; nanos = nanos * 3 + 1) {
            LatencyCounter one = new LatencyCounter();
            one.add(nanos);
            counter.add(nanos);
            assertThat(one.histogram().percentile(100)).isBetween(nanos, nanos + nanos / 8);
        }
        LatencyCounter edge = new LatencyCounter();
        edge.add(Long.MAX_VALUE);
        edge.add(-1);
        assertThat(edge.histogram().percentile(100)).isEqualTo(Long.MAX_VALUE);
        assertThat(edge.histogram().percentile(50)).isZero();
        assertThat(new LatencyCounter().histogram().percentile(99)).isZero();
        assertThat(counter.histogram().percentile(1)).isEqualTo(1);
    }

    @Test
    void percentilesSplitTheCalls() {
        LatencyCounter counter = new LatencyCounter();
        for (int i = 0; i < 99; i++) {
            counter.add(1000);
        }
        counter.add(1_000_000);
        LatencyHistogram histogram = counter.histogram();

        assertThat(histogram.percentile(99)).isBetween(1000L, 1125L);
        assertThat(histogram.percentile(99.5)).isBetween(1_000_000L, 1_125_000L);
    }

    @Test
    void metricsAreFoundThroughOtherWrappers() {
        MemoryView wrapped = new ArchitectureView(
                new OffsetView(new MeteredView(source), 8), ByteOrder.BIG_ENDIAN, PointerWidth.BITS_32);
        wrapped.readInt(0);

        assertThat(wrapped.capability(MemoryMetrics.class).orElseThrow().reads().calls())
                .isEqualTo(1);
    }

    @Test
    void losesNoCountBetweenThreads() throws Exception {
        MemoryView shared = new MeteredView(source);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Void>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                readers.add(() -> {
                    for (int round = 0; round < 500; round++) {
                        shared.readLong(round);
                    }
                    return null;
                });
            }
            threads.invokeAll(readers);
        }
        AccessFigures reads =
                shared.capability(MemoryMetrics.class).orElseThrow().reads();
        assertThat(reads.requests()).isEqualTo(2000);
        assertThat(reads.bytes()).isEqualTo(16_000);
        assertThat(reads.latency().count()).isEqualTo(2000);
    }
}
