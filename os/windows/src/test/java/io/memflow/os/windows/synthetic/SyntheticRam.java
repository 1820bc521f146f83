package io.memflow.os.windows.synthetic;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.synthetic.ShuffledFrames;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;

/** RAM of a synthetic machine: a segment, and which of its frames are in use. Addresses are physical. Confined. */
final class SyntheticRam {
    static final int PAGE = 4096;
    /** From here to 1 MiB a PC has its firmware and no memory. */
    private static final long LOW_END = 0x9_F000;

    private static final long HIGH_START = 0x10_0000;

    private final MemorySegment bytes;
    private final ShuffledFrames frames;

    SyntheticRam(MemorySegment bytes, long seed) {
        this.bytes = bytes;
        MemoryMap map = MemoryMap.of(
                List.of(new AddressRange(0, LOW_END), new AddressRange(HIGH_START, bytes.byteSize() - HIGH_START)));
        frames = new ShuffledFrames(map, seed);
        // The first page and the processors' start block are the firmware's.
        frames.reserve(new AddressRange(0, 0x2_0000));
    }

    /** The memory as connectors show it. */
    DirectMap map() {
        return DirectMap.builder()
                .add(0, bytes, 0, LOW_END)
                .add(HIGH_START, bytes, HIGH_START, bytes.byteSize() - HIGH_START)
                .build();
    }

    MemorySegment bytes() {
        return bytes;
    }

    /** Takes a free frame anywhere. */
    long frame() {
        return frames.allocate(PAGE);
    }

    /** Takes a free block anywhere; its size is a power of two, and its alignment too. */
    long block(long size) {
        return frames.allocate(size);
    }

    /** Takes these bytes out of use. */
    void reserve(long address, long length) {
        frames.reserve(new AddressRange(address, length));
    }

    void put(long address, int width, long value) {
        ScalarLayout.set(bytes, address, width, ByteOrder.LITTLE_ENDIAN, value);
    }

    long get(long address, int width) {
        return ScalarLayout.get(bytes, address, width, ByteOrder.LITTLE_ENDIAN);
    }

    void put(long address, byte[] content, int from, int length) {
        MemorySegment.copy(MemorySegment.ofArray(content), from, bytes, address, length);
    }
}
