package io.memflow.connector.dump;

import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.util.List;
import java.util.Optional;

/**
 * The memory of a file that knows more than the memory, which is a capability. Thread-safe.
 *
 * @param <F> what it knows
 */
final class ImageMemory<F> implements PhysicalMemory {
    private final MappedMemory memory;
    private final Class<F> kind;
    private final F facts;

    ImageMemory(MappedMemory memory, Class<F> kind, F facts) {
        this.memory = memory;
        this.kind = kind;
        this.facts = facts;
    }

    @Override
    public ViewProperties properties() {
        return memory.properties();
    }

    @Override
    public MemoryMap map() {
        return memory.map();
    }

    @Override
    public String description() {
        return memory.description();
    }

    @Override
    public List<String> defects() {
        return memory.defects();
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == kind ? Optional.of(type.cast(facts)) : memory.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        memory.read(batch);
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        return memory.readUnsigned(address, bytes);
    }

    @Override
    public void close() {
        memory.close();
    }
}
