package io.memflow.core.cache;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Memory from 0 on, without direct access, whose aligned words of 8 bytes are read and written whole. So a word that is
 * torn or old was made so by what is above.
 */
final class WordMemory implements PhysicalMemory {
    final AtomicLongArray words;

    WordMemory(int bytes) {
        words = new AtomicLongArray(bytes / Long.BYTES);
    }

    @Override
    public ViewProperties properties() {
        return new ViewProperties(
                AddressKind.PHYSICAL, ByteOrder.LITTLE_ENDIAN, 8, 64, ViewProperties.Access.READ_WRITE);
    }

    @Override
    public MemoryMap map() {
        return MemoryMap.of(List.of(new AddressRange(0, (long) words.length() * Long.BYTES)));
    }

    @Override
    public String description() {
        return "words";
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        batch.restart();
        for (int i = 0; i < batch.size(); i++) {
            long at = batch.address(i);
            for (long done = 0; done < batch.length(i); done += Long.BYTES) {
                if (holds(at + done)) {
                    long word = words.get((int) ((at + done) / Long.BYTES));
                    batch.buffer(i).set(ScalarLayout.LONG_LITTLE, batch.bufferOffset(i) + done, word);
                } else {
                    batch.fault(i, done, Long.BYTES, Fault.OUTSIDE_PHYSICAL_MEMORY);
                }
            }
            batch.finish(i);
        }
    }

    @Override
    public void write(MemoryBatch batch) {
        batch.restart();
        for (int i = 0; i < batch.size(); i++) {
            long at = batch.address(i);
            for (long done = 0; done < batch.length(i); done += Long.BYTES) {
                long word = batch.buffer(i).get(ScalarLayout.LONG_LITTLE, batch.bufferOffset(i) + done);
                words.set((int) ((at + done) / Long.BYTES), word);
            }
            batch.finish(i);
        }
    }

    private boolean holds(long address) {
        return Long.compareUnsigned(address, (long) words.length() * Long.BYTES) < 0;
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
