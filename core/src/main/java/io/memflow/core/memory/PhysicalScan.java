package io.memflow.core.memory;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Goes once through all physical memory in chunks of whole pages, in place where it is mapped. Stateless. */
public final class PhysicalScan {
    /** Large enough that a chunk's overhead vanishes, small enough that little is resident at a time. */
    private static final long CHUNK_BYTES = 4 << 20;

    private static final long PAGE_BYTES = 4096;

    private PhysicalScan() {}

    /** Receives chunks in ascending order. */
    public interface ChunkConsumer {
        /**
         * Takes one chunk.
         *
         * @param physical physical address of its first byte, page-aligned
         * @param chunk whole pages, valid during the call only
         */
        void accept(long physical, MemorySegment chunk);
    }

    /** Gives all of the memory to the consumer. */
    public static void pages(PhysicalMemory memory, ChunkConsumer consumer) {
        DirectMap direct = memory.capability(DirectMap.class).orElse(null);
        if (direct != null) {
            mappedPages(direct, consumer);
        } else {
            copiedPages(memory, consumer);
        }
    }

    private static void mappedPages(DirectMap direct, ChunkConsumer consumer) {
        for (int range = 0; range < direct.rangeCount(); range++) {
            long start = Address.alignUp(direct.start(range), PAGE_BYTES);
            long end = Address.alignDown(direct.end(range), PAGE_BYTES);
            for (long physical = start; Address.below(physical, end); physical += CHUNK_BYTES) {
                long length = Math.min(CHUNK_BYTES, end - physical);
                MemorySegment chunk = direct.segment(range).asSlice(direct.offset(range, physical), length);
                consumer.accept(physical, chunk);
                if (chunk.isMapped()) {
                    // Mapped pages that were looked at count as this process' memory until they are let go.
                    chunk.unload();
                }
            }
        }
    }

    private static void copiedPages(PhysicalMemory memory, ChunkConsumer consumer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(CHUNK_BYTES);
            MemoryBatch batch = new MemoryBatch(1);
            for (AddressRange range : memory.map().ranges()) {
                long start = Address.alignUp(range.start(), PAGE_BYTES);
                long end = Address.alignDown(range.end(), PAGE_BYTES);
                for (long physical = start; Address.below(physical, end); physical += CHUNK_BYTES) {
                    long length = Math.min(CHUNK_BYTES, end - physical);
                    batch.clear();
                    batch.add(physical, buffer, 0, length);
                    memory.read(batch);
                    for (int fault = 0; fault < batch.faultCount(); fault++) {
                        // What was not read must not show what an earlier chunk left there.
                        buffer.asSlice(batch.faultOffset(fault), batch.faultLength(fault))
                                .fill((byte) 0);
                    }
                    consumer.accept(physical, buffer.asSlice(0, length));
                }
            }
        }
    }
}
