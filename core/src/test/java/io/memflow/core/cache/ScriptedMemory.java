package io.memflow.core.cache;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.WrappedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Memory without direct access that remembers what it was asked for and lets a test act in the middle of a read. */
final class ScriptedMemory extends WrappedMemory {
    private final PhysicalMemory source;
    private final List<List<String>> reads = new ArrayList<>();
    private Runnable beforeRead = () -> {};
    private Runnable afterRead = () -> {};

    ScriptedMemory(PhysicalMemory source) {
        super(source, source);
        this.source = source;
    }

    /** The requests of each call since the last time, as address+length in hexadecimal. */
    List<List<String>> takeReads() {
        List<List<String>> taken = List.copyOf(reads);
        reads.clear();
        return taken;
    }

    /** Does this once, before the bytes of the next call are read. */
    void beforeNextRead(Runnable action) {
        beforeRead = action;
    }

    /** Does this once, when the bytes of the next call are read but not yet given back. */
    void afterNextRead(Runnable action) {
        afterRead = action;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == DirectMap.class ? Optional.empty() : super.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        List<String> requests = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            requests.add("%x+%x".formatted(batch.address(i), batch.length(i)));
        }
        reads.add(requests);
        Runnable before = beforeRead;
        Runnable after = afterRead;
        beforeRead = () -> {};
        afterRead = () -> {};
        before.run();
        source.read(batch);
        after.run();
    }
}
