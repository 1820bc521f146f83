package io.memflow.formats.minidump;

import io.memflow.formats.crashdump.MemoryBlock;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The streams whose counts have 64 bits: regions, and the memory of whole processes. Stateless. */
final class MemoryLists {
    /** {@code MINIDUMP_MEMORY_INFO}. */
    private static final int REGION_BYTES = 48;
    /** {@code MINIDUMP_MEMORY_DESCRIPTOR64}, and what precedes the first. */
    private static final int BLOCK_BYTES = 16;

    private MemoryLists() {}

    /**
     * Regions of the address space ({@code MINIDUMP_MEMORY_INFO_LIST}).
     *
     * @param bytes of the stream, at least 16
     */
    static List<MinidumpRegion> regions(MemorySegment bytes, StreamEntry entry) {
        long first = LittleEndian.u32(bytes, 0);
        long each = LittleEndian.u32(bytes, 4);
        long count = LittleEndian.u64(bytes, 8);
        boolean fits = each >= REGION_BYTES && first <= bytes.byteSize() && count >= 0;
        if (!fits || count > (bytes.byteSize() - first) / each) {
            throw Minidump.malformed(
                    entry.fileOffset(),
                    "%d regions of %d bytes in a stream of %d".formatted(count, each, entry.bytes()));
        }
        List<MinidumpRegion> regions = new ArrayList<>();
        for (long at = first; at < first + count * each; at += each) {
            regions.add(new MinidumpRegion(
                    LittleEndian.u64(bytes, at),
                    LittleEndian.u64(bytes, at + 24),
                    LittleEndian.u64(bytes, at + 8),
                    LittleEndian.u32(bytes, at + 16),
                    LittleEndian.u32(bytes, at + 32),
                    LittleEndian.u32(bytes, at + 36),
                    LittleEndian.u32(bytes, at + 40)));
        }
        return regions;
    }

    /**
     * Pieces of memory, whose bytes follow each other in the file ({@code MINIDUMP_MEMORY64_LIST}).
     *
     * @param bytes of the stream, at least 16
     */
    static List<MemoryBlock> blocks(MemorySegment bytes, StreamEntry entry) {
        long count = LittleEndian.u64(bytes, 0);
        long place = LittleEndian.u64(bytes, 8);
        if (count < 0 || count > (bytes.byteSize() - BLOCK_BYTES) / BLOCK_BYTES || place < 0) {
            throw Minidump.malformed(entry.fileOffset(), "%d pieces of memory at 0x%x".formatted(count, place));
        }
        List<MemoryBlock> blocks = new ArrayList<>();
        for (long at = BLOCK_BYTES; at < BLOCK_BYTES * (count + 1); at += BLOCK_BYTES) {
            long length = LittleEndian.u64(bytes, at + 8);
            if (length < 0 || length > Long.MAX_VALUE - place) {
                throw Minidump.malformed(entry.fileOffset() + at, "a piece of memory of 0x%x bytes".formatted(length));
            }
            blocks.add(new MemoryBlock(LittleEndian.u64(bytes, at), place, length));
            place += length;
        }
        return blocks;
    }
}
