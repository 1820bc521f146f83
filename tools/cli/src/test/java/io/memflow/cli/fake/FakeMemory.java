package io.memflow.cli.fake;

import io.memflow.core.address.AddressRange;
import io.memflow.core.cpu.CpuControl;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Memory of which every byte is the lowest byte of its address, except where it has holes. Counts its closings. */
public final class FakeMemory implements PhysicalMemory {
    private final AddressKind kind;
    private final List<AddressRange> holes;
    private final List<String> defects;
    private final Optional<FakeProcessors> processors;
    private int closings;

    public FakeMemory(AddressKind kind, List<AddressRange> holes, List<String> defects) {
        this(kind, holes, defects, Optional.empty());
    }

    FakeMemory(AddressKind kind, List<AddressRange> holes, List<String> defects, Optional<FakeProcessors> processors) {
        this.processors = processors;
        this.kind = kind;
        this.holes = List.copyOf(holes);
        this.defects = List.copyOf(defects);
    }

    List<AddressRange> holes() {
        return holes;
    }

    public int closings() {
        return closings;
    }

    @Override
    public ViewProperties properties() {
        return new ViewProperties(
                kind, ByteOrder.LITTLE_ENDIAN, Long.BYTES, Long.SIZE, ViewProperties.Access.READ_ONLY);
    }

    @Override
    public MemoryMap map() {
        return MemoryMap.of(List.of(new AddressRange(0, 96 << 20), new AddressRange(1L << 32, 1536)));
    }

    @Override
    public String description() {
        return "fake \u001b[31mimage";
    }

    @Override
    public List<String> defects() {
        return defects;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == CpuControl.class ? processors.map(type::cast) : Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            for (long i = 0; i < batch.length(request); i++) {
                long address = batch.address(request) + i;
                if (holes.stream().anyMatch(hole -> hole.contains(address))) {
                    batch.fault(request, i, 1, Fault.NOT_PRESENT);
                } else {
                    batch.buffer(request).set(ValueLayout.JAVA_BYTE, batch.bufferOffset(request) + i, (byte) address);
                }
            }
            batch.finish(request);
        }
    }

    @Override
    public void close() {
        closings++;
        processors.ifPresent(FakeProcessors::release);
    }
}
