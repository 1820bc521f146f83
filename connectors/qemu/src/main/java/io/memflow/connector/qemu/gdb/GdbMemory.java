package io.memflow.connector.qemu.gdb;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AccessLatency;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RangeTable;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The RAM of a machine through the debugger stub of its QEMU. The machine stands still until this is closed, also when the
 * program ends by a signal that it can see. Thread-safe; one batch after the other, each with several packets under way.
 */
final class GdbMemory implements PhysicalMemory {
    /**
     * Packets under way. Answers of 4 KiB each must fit the socket's buffers together, since QEMU does not take the next
     * question before it is rid of an answer.
     */
    private static final int WINDOW = 16;
    /** The measured cost of a packet is 16 us and 12 us for each KiB: 32 of the largest take two milliseconds. */
    private static final int IDEAL_BATCH = 32;

    private final GdbStub stub;
    private final RangeTable ranges;
    private final MemoryMap map;
    private final String description;
    private final ReentrantLock exchange = new ReentrantLock();
    private final Pipeline pipeline;
    private String lost = "";
    private boolean closed;

    private GdbMemory(GdbStub stub, RangeTable ranges, String description) {
        this.stub = stub;
        this.ranges = ranges;
        this.map = ranges.memoryMap();
        this.description = description;
        this.pipeline = new Pipeline(stub.largestRead());
    }

    /** The memory behind a stub, which it owns from then on. */
    static GdbMemory open(GdbStub stub, RangeTable ranges, String description) {
        GdbMemory memory = new GdbMemory(stub, ranges, description);
        PausedMachines.add(memory);
        return memory;
    }

    @Override
    public ViewProperties properties() {
        return new ViewProperties(
                AddressKind.PHYSICAL, ByteOrder.LITTLE_ENDIAN, Long.BYTES, Long.SIZE, ViewProperties.Access.READ_ONLY);
    }

    @Override
    public MemoryMap map() {
        return map;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public List<String> defects() {
        exchange.lock();
        try {
            return lost.isEmpty() ? List.of() : List.of(lost);
        } finally {
            exchange.unlock();
        }
    }

    @Override
    public int idealBatchSize() {
        return IDEAL_BATCH;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == AccessLatency.class ? Optional.of(type.cast(AccessLatency.HIGH)) : Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        batch.restart();
        exchange.lock();
        try {
            for (int request = 0; request < batch.size(); request++) {
                ranges.split(batch, request, pipeline);
            }
            pipeline.drain(batch);
        } finally {
            exchange.unlock();
        }
        for (int request = 0; request < batch.size(); request++) {
            batch.finish(request);
        }
    }

    /** Questions under way, oldest first. Confined to the thread that holds the lock. */
    private final class Pipeline implements RangeTable.RunConsumer {
        private final byte[] bytes;
        private final int[] requests = new int[WINDOW];
        private final long[] offsets = new long[WINDOW];
        private final int[] lengths = new int[WINDOW];
        private int first;
        private int count;

        Pipeline(int largestRead) {
            bytes = new byte[largestRead];
        }

        @Override
        public void run(MemoryBatch batch, int request, long offset, long length, int range) {
            for (long done = 0; done < length; ) {
                int piece = (int) Math.min(bytes.length, length - done);
                ask(batch, request, offset + done, piece);
                done += piece;
            }
        }

        private void ask(MemoryBatch batch, int request, long offset, int length) {
            if (count == WINDOW) {
                take(batch);
            }
            if (closed || !lost.isEmpty()) {
                batch.fault(request, offset, length, Fault.INPUT_OUTPUT);
                return;
            }
            int last = (first + count++) % WINDOW;
            requests[last] = request;
            offsets[last] = offset;
            lengths[last] = length;
            try {
                stub.askForBytes(batch.address(request) + offset, length);
            } catch (MemflowException gone) {
                // What was asked before may have been answered.
                count--;
                batch.fault(request, offset, length, Fault.INPUT_OUTPUT);
                drain(batch);
                lose(batch, gone);
            }
        }

        void drain(MemoryBatch batch) {
            while (count > 0) {
                take(batch);
            }
        }

        private void take(MemoryBatch batch) {
            int request = requests[first];
            int length = lengths[first];
            try {
                int came = stub.takeBytes(bytes, length);
                long at = batch.bufferOffset(request) + offsets[first];
                MemorySegment.copy(bytes, 0, batch.buffer(request), ValueLayout.JAVA_BYTE, at, came);
                if (came < length) {
                    batch.fault(request, offsets[first] + came, (long) length - came, Fault.INPUT_OUTPUT);
                }
                first = (first + 1) % WINDOW;
                count--;
            } catch (MemflowException gone) {
                lose(batch, gone);
            }
        }

        /** An answer that does not come or makes no sense leaves nothing to go by: all that is under way is lost. */
        private void lose(MemoryBatch batch, MemflowException why) {
            lost = "The machine could not be read to the end: " + why.getMessage();
            for (; count > 0; count--) {
                batch.fault(requests[first], offsets[first], lengths[first], Fault.INPUT_OUTPUT);
                first = (first + 1) % WINDOW;
            }
        }
    }

    /** Lets the machine run on if it ran before. */
    @Override
    public void close() {
        exchange.lock();
        try {
            if (!closed) {
                closed = true;
                stub.close();
            }
        } catch (MemflowException gone) {
            lost = "The machine could not be left as it was found: " + gone.getMessage();
        } finally {
            exchange.unlock();
            PausedMachines.remove(this);
        }
    }
}
