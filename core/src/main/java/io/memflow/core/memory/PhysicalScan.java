package io.memflow.core.memory;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Goes once through all physical memory in chunks of whole pages: by reading where a source reads long runs best, else in
 * place where it is mapped. Pages that cannot be read are given as zeros. Stateless.
 */
public final class PhysicalScan {
    /** Large enough that a chunk's overhead vanishes, small enough that little is resident at a time. */
    private static final long CHUNK_BYTES = 4 << 20;

    private static final long PAGE_BYTES = MappedFaults.PAGE_BYTES;

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

    /**
     * Whether there is nothing in a page: much of a machine's memory is so, and this runs at the speed of memory.
     *
     * @param words the page
     */
    public static boolean isZero(long[] words) {
        // Most pages with something in them have it here too.
        long any = words[0] | words[words.length / 2];
        if (any != 0) {
            return false;
        }
        for (long word : words) {
            any |= word;
        }
        return any == 0;
    }

    /** Gives all of the memory to the consumer. */
    public static void pages(PhysicalMemory memory, ChunkConsumer consumer) {
        SequentialReads sequential = memory.capability(SequentialReads.class).orElse(null);
        DirectMap direct = memory.capability(DirectMap.class).orElse(null);
        if (direct != null && sequential == null) {
            mappedPages(memory, direct, consumer);
        } else {
            copiedPages(memory, sequential, consumer);
        }
    }

    private static void mappedPages(PhysicalMemory memory, DirectMap direct, ChunkConsumer consumer) {
        for (int range = 0; range < direct.rangeCount(); range++) {
            long start = Address.alignUp(direct.start(range), PAGE_BYTES);
            long end = Address.alignDown(direct.end(range), PAGE_BYTES);
            for (long physical = start; Address.below(physical, end); physical += CHUNK_BYTES) {
                long length = Math.min(CHUNK_BYTES, end - physical);
                MemorySegment chunk = direct.segment(range).asSlice(direct.offset(range, physical), length);
                if (MappedFaults.areAllThere(chunk)) {
                    consumer.accept(physical, chunk);
                } else {
                    copiedChunk(memory, physical, length, consumer);
                }
                if (chunk.isMapped()) {
                    // Mapped pages that were looked at count as this process' memory until they are let go.
                    chunk.unload();
                }
            }
        }
    }

    private static void copiedChunk(PhysicalMemory memory, long physical, long length, ChunkConsumer consumer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate(length, PAGE_BYTES);
            readWithHoles(memory, new MemoryBatch(1), physical, chunk);
            consumer.accept(physical, chunk);
        }
    }

    private static void copiedPages(
            PhysicalMemory memory, @Nullable SequentialReads sequential, ChunkConsumer consumer) {
        try (Arena arena = Arena.ofConfined()) {
            // Kernels copy to whole pages several times as fast as to what begins somewhere within one.
            MemorySegment buffer = arena.allocate(CHUNK_BYTES, PAGE_BYTES);
            MemoryBatch batch = new MemoryBatch(1);
            for (AddressRange range : memory.map().ranges()) {
                long start = Address.alignUp(range.start(), PAGE_BYTES);
                long end = Address.alignDown(range.end(), PAGE_BYTES);
                for (long physical = start; Address.below(physical, end); physical += CHUNK_BYTES) {
                    long length = Math.min(CHUNK_BYTES, end - physical);
                    MemorySegment chunk = buffer.asSlice(0, length);
                    if (sequential == null || !sequential.read(physical, chunk)) {
                        readWithHoles(memory, batch, physical, chunk);
                    }
                    consumer.accept(physical, chunk);
                }
            }
        }
    }

    private static void readWithHoles(PhysicalMemory memory, MemoryBatch batch, long physical, MemorySegment chunk) {
        batch.clear();
        batch.add(physical, chunk);
        memory.read(batch);
        for (int fault = 0; fault < batch.faultCount(); fault++) {
            // What was not read must not show what an earlier chunk left there.
            chunk.asSlice(batch.faultOffset(fault), batch.faultLength(fault)).fill((byte) 0);
        }
    }
}
