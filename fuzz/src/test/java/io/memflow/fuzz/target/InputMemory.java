package io.memflow.fuzz.target;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Physical memory that holds the input of the moment from address 0 on, and a fixed part behind all inputs. Stays while
 * inputs change: what is built on memory, walkers above all, costs more to make than an input to read. Confined.
 */
final class InputMemory implements PhysicalMemory {
    /** Where the fixed part starts. */
    static final long FIXED = 1 << 29;

    private final byte[] fixed;
    private byte[] input = {};

    InputMemory(byte[] fixed) {
        this.fixed = fixed;
    }

    void hold(byte[] bytes) {
        input = bytes;
    }

    @Override
    public ViewProperties properties() {
        return new ViewProperties(
                AddressKind.PHYSICAL, ByteOrder.LITTLE_ENDIAN, Long.BYTES, Long.SIZE, ViewProperties.Access.READ_ONLY);
    }

    @Override
    public MemoryMap map() {
        return MemoryMap.of(List.of(new AddressRange(0, input.length), new AddressRange(FIXED, fixed.length)));
    }

    @Override
    public String description() {
        return "an input";
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            long address = batch.address(request);
            if (Long.compareUnsigned(address, FIXED) >= 0) {
                give(batch, request, fixed, address - FIXED);
            } else {
                give(batch, request, input, address);
            }
            batch.finish(request);
        }
    }

    private static void give(MemoryBatch batch, int request, byte[] source, long from) {
        long length = batch.length(request);
        long there = batch.upper() == 0 && Long.compareUnsigned(from, source.length) < 0 ? source.length - from : 0;
        long given = Math.min(length, there);
        MemorySegment.copy(
                MemorySegment.ofArray(source),
                given == 0 ? 0 : from,
                batch.buffer(request),
                batch.bufferOffset(request),
                given);
        if (given < length) {
            batch.fault(request, given, length - given, Fault.OUTSIDE_PHYSICAL_MEMORY);
        }
    }

    @Override
    public void close() {
        input = new byte[0];
    }
}
