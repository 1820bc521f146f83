package io.memflow.core.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DelayedViewTest {
    private final PhysicalMemory source = PatternMemory.of(List.of(new AddressRange(0, 0x1000)));

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void writesWaitToo() {
        int before = source.readInt(0);
        PhysicalMemory memory = new DelayedMemory(source, Duration.ofDays(1));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> memory.writeInt(0, before + 1))
                .isInstanceOfSatisfying(
                        MemoryAccessException.class,
                        interrupted -> assertThat(interrupted.fault()).isEqualTo(Fault.INTERRUPTED));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(source.readInt(0)).isEqualTo(before);
    }

    @Test
    void passesOnWhatTheSourceGives() {
        PhysicalMemory memory = new DelayedMemory(source, Duration.ofMillis(1));

        assertThat(memory.readLong(8)).isEqualTo(source.readLong(8));
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        PhysicalMemory memory = new DelayedMemory(source, Duration.ofDays(1));
        MemoryBatch batch = new MemoryBatch();
        batch.add(0, MemorySegment.ofArray(new byte[8]));
        batch.add(8, MemorySegment.ofArray(new byte[8]));
        FutureTask<Boolean> wait = new FutureTask<>(() -> {
            memory.read(batch);
            return Thread.interrupted();
        });
        Thread reader = Thread.ofPlatform().start(wait);
        reader.interrupt();

        assertThat(wait.get()).as("still interrupted").isTrue();
        assertThat(batch.status(0)).isEqualTo(RequestStatus.FAILED);
        assertThat(batch.status(1)).isEqualTo(RequestStatus.FAILED);
        assertThat(batch.faultCause(0)).isEqualTo(Fault.INTERRUPTED);
    }

    @Test
    void refusesNegativeDelays() {
        assertThatThrownBy(() -> new DelayedMemory(source, Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
