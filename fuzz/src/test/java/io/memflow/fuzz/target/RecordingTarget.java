package io.memflow.fuzz.target;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.recording.Recording;
import io.memflow.core.recording.ReplayingMemory;
import io.memflow.core.recording.ReplayingView;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;

/** A recording of memory: the whole file, then the questions that the seeds hold, and those of its own memory map. */
public final class RecordingTarget implements FuzzTarget {
    private static final int BYTES = 0x20;
    private static final long[] ADDRESSES = {0xFF0, 0x1010, 0x10F0, 0x1000, 0};

    @Override
    public void use(byte[] input) {
        try (Recording recording = Recording.of(MemorySegment.ofArray(input))) {
            ask(new ReplayingView(recording), BYTES);
            ask(new ReplayingView(recording), Long.BYTES);
            askMemory(recording);
        }
    }

    private static void askMemory(Recording recording) {
        try (PhysicalMemory memory = new ReplayingMemory(recording)) {
            memory.description();
            memory.defects().forEach(Answers::take);
            for (AddressRange range : memory.map().ranges()) {
                MemoryBatch batch = new MemoryBatch();
                batch.add(range.start(), MemorySegment.ofArray(new byte[BYTES]));
                memory.read(batch);
            }
        }
    }

    private static void ask(MemoryView view, int bytes) {
        MemoryBatch batch = new MemoryBatch();
        for (long address : ADDRESSES) {
            batch.add(address, MemorySegment.ofArray(new byte[bytes]));
        }
        view.read(batch);
        view.read(batch);
        Attempts.allow(() -> view.write(batch));
    }
}
