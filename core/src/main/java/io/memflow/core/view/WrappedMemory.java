package io.memflow.core.view;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * Physical memory seen through a view of it: the view answers every access and has the capabilities; map, description and
 * defects are the memory's. Owns the memory below and closes it. Thread-safe as far as the view is.
 */
public abstract class WrappedMemory implements PhysicalMemory {
    private final MemoryView view;
    private final PhysicalMemory source;

    /**
     * Joins a view with the memory it is on.
     *
     * @param view what answers every access
     * @param source the memory below the view
     */
    protected WrappedMemory(MemoryView view, PhysicalMemory source) {
        this.view = view;
        this.source = source;
    }

    /** The memory below. */
    protected final PhysicalMemory source() {
        return source;
    }

    @Override
    public ViewProperties properties() {
        return view.properties();
    }

    @Override
    public MemoryMap map() {
        return source.map();
    }

    @Override
    public String description() {
        return source.description();
    }

    @Override
    public List<String> defects() {
        return source.defects();
    }

    @Override
    public int idealBatchSize() {
        return source.idealBatchSize();
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return view.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        view.read(batch);
    }

    @Override
    public void write(MemoryBatch batch) {
        view.write(batch);
    }

    @Override
    public Fault tryRead(long address, MemorySegment buffer) {
        return view.tryRead(address, buffer);
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        return view.readUnsigned(address, bytes);
    }

    @Override
    public void close() {
        source.close();
    }
}
