package io.memflow.host.nested;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.made.StandInSystem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProcessWatchTest {
    private static final String PROGRAM = "/usr/bin/firecracker";

    @Test
    @SuppressWarnings("MustBeClosedChecker") // Memory of an array needs no arena of its own.
    void noticesThatTheProcessEnded() {
        MemorySegment page = MemorySegment.ofArray(new byte[4096]);
        StandInSystem system = new StandInSystem(
                new MappedMemory(
                        DirectMap.builder().add(0, page, 0, page.byteSize()).build(),
                        Arena.ofShared(),
                        ViewProperties.Access.READ_ONLY,
                        "process",
                        List.of()),
                List.of());
        system.process(89, PROGRAM);
        AtomicLong clock = new AtomicLong();
        ProcessWatch watch = new ProcessWatch(system, system.processes().rows().getLast(), clock::get);
        assertThat(watch.isRunning()).isTrue();
        system.processSince(Duration.ofHours(1), 89, PROGRAM);
        assertThat(watch.isRunning()).as("not looked again yet").isTrue();
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(watch.isRunning()).isFalse();
        assertThat(watch.isRunning()).isFalse();
    }
}
