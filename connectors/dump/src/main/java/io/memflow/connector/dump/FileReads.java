package io.memflow.connector.dump;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.SequentialReads;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Long runs of an image read from its file. An interrupted thread closes the channel, and files get shorter: then the mapping
 * of the same bytes is left, so nothing is lost but speed. Thread-safe.
 *
 * @param map where each physical range lies in the file
 */
record FileReads(FileChannel channel, DirectMap map) implements SequentialReads {
    @Override
    public boolean read(long address, MemorySegment buffer) {
        int range = map.find(address);
        if (range < 0 || !map.ranges().holds(range, address, buffer.byteSize())) {
            return false;
        }
        long start = map.offset(range, address);
        ByteBuffer target = buffer.asByteBuffer();
        try {
            while (target.hasRemaining()) {
                if (channel.read(target, start + target.position()) <= 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException unreadable) {
            return false;
        }
    }
}
