package io.memflow.core.translate;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.util.Optional;

/** The same memory without direct access, so that tables are read by requests. */
class ForwardingMemory implements PhysicalMemory {
    private final PhysicalMemory source;

    ForwardingMemory(PhysicalMemory source) {
        this.source = source;
    }

    @Override
    public ViewProperties properties() {
        return source.properties();
    }

    @Override
    public MemoryMap map() {
        return source.map();
    }

    @Override
    public String description() {
        return "indirect";
    }

    @Override
    public void read(MemoryBatch batch) {
        source.read(batch);
    }

    @Override
    public void write(MemoryBatch batch) {
        source.write(batch);
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }

    @Override
    public void close() {
        source.close();
    }
}
