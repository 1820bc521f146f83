package io.memflow.connector.qemu.gdb;

import io.memflow.core.cpu.CpuControl;
import io.memflow.core.cpu.ProcessorMemory;
import io.memflow.core.memory.AccessLatency;
import io.memflow.core.memory.DescribedMemory;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.RangeTable;
import io.memflow.core.memory.ViewProperties;
import java.util.List;
import java.util.Optional;

/**
 * The RAM of a machine through the debugger stub of its QEMU. The machine stands still until this is closed, or this
 * program ends. Thread-safe; one batch after the other, each with several packets under way.
 */
final class GdbMemory extends DescribedMemory {
    /** The measured cost of a packet is 16 us and 12 us for each KiB: 32 of the largest take two milliseconds. */
    private static final int IDEAL_BATCH = 32;

    private final GdbSession session;
    private final RangeTable ranges;
    private final GdbProcessors processors;

    /**
     * The memory behind a connection, which it owns.
     *
     * @param access whether writes are let through, also those to virtual memory
     */
    GdbMemory(GdbSession session, RangeTable ranges, ViewProperties.Access access, String description) {
        super(ranges.memoryMap(), access, description, List.of());
        this.session = session;
        this.ranges = ranges;
        this.processors = new GdbProcessors(session, access);
    }

    @Override
    public List<String> defects() {
        String lost = session.lost();
        return lost.isEmpty() ? List.of() : List.of(lost);
    }

    @Override
    public int idealBatchSize() {
        return IDEAL_BATCH;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        if (type == AccessLatency.class) {
            return Optional.of(type.cast(AccessLatency.HIGH));
        }
        boolean ofProcessors = type == CpuControl.class || type == ProcessorMemory.class;
        return ofProcessors ? Optional.of(type.cast(processors)) : Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        session.read(
                batch,
                GdbSpace.PHYSICAL,
                Fault.INPUT_OUTPUT,
                (transfer, request) -> ranges.split(batch, request, transfer));
    }

    @Override
    public void write(MemoryBatch batch) {
        if (properties().access() == ViewProperties.Access.READ_ONLY) {
            super.write(batch);
            return;
        }
        session.write(
                batch,
                GdbSpace.PHYSICAL,
                Fault.INPUT_OUTPUT,
                (transfer, request) -> ranges.split(batch, request, transfer));
    }

    /** Lets the machine run on if it ran before. */
    @Override
    public void close() {
        session.close();
    }
}
