package io.memflow.os.linux.discovery;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import java.lang.foreign.MemorySegment;

/**
 * The kernel image's bytes in one piece, for the parsers.
 *
 * @param segment byte 0 is the image's first byte; in place where the memory is mapped, else a copy
 * @param unreadable bytes of the image that the source does not hold; they are zero in the copy
 */
record ImageBytes(MemorySegment segment, long unreadable) {
    static ImageBytes of(PhysicalMemory memory, KernelImage image) {
        return memory.direct(image.physicalBase(), image.size())
                .map(inPlace -> new ImageBytes(inPlace, 0))
                .orElseGet(() -> copy(memory, image));
    }

    private static ImageBytes copy(PhysicalMemory memory, KernelImage image) {
        // The region the image lies in bounds its size to 1 GiB, and what the memory holds bounds it further.
        int size = Math.toIntExact(Math.min(image.size(), memory.map().totalBytes()));
        MemorySegment bytes = MemorySegment.ofArray(new byte[size]);
        MemoryBatch batch = new MemoryBatch(1);
        batch.add(image.physicalBase(), bytes);
        memory.read(batch);
        return new ImageBytes(bytes, image.size() - batch.transferred(0));
    }
}
