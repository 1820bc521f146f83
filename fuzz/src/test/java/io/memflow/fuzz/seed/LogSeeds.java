package io.memflow.fuzz.seed;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Kernel memory that holds a log, as the targets {@code log-ring} and {@code log-buffer} declare it. Stateless. */
final class LogSeeds {
    private static final long BASE = 0xFFFF_8880_0000_0000L;
    private static final int RING = 0x10;
    private static final int DESCRIPTORS = 0x80;
    private static final int DESCRIPTOR_BYTES = 24;
    private static final int COUNT_BITS = 3;
    private static final int INFOS = DESCRIPTORS + (DESCRIPTOR_BYTES << COUNT_BITS);
    private static final int INFO_BYTES = 56;
    private static final int TEXTS = INFOS + (INFO_BYTES << COUNT_BITS);
    private static final int SIZE_BITS = 8;
    private static final int RING_BYTES = TEXTS + (1 << SIZE_BITS);
    /** {@code desc_finalized} in the two highest bits of a descriptor's state. */
    private static final long FINALIZED = 2L << 62;

    private static final int OLD_BUFFER = 0x40;
    private static final int OLD_BYTES = 256;
    private static final int OLD_HEADER = 16;

    private LogSeeds() {}

    static Map<String, byte[]> rings() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        ByteBuffer straight = ring(6, 8);
        record(straight, 6, 0x100, 0x110, "first");
        record(straight, 7, 0x110, 0x130, "of a device");
        record(straight, 8, 3, 3, "");
        straight.put(INFOS + 7 * INFO_BYTES + 24, ascii("usb")).put(INFOS + 7 * INFO_BYTES + 40, ascii("1-1"));
        seeds.put("straight", bytes(straight));
        ByteBuffer wrapping = ring(7, 7);
        record(wrapping, 7, 0x1F8, 0x220, "behind the end");
        seeds.put("wrapping", bytes(wrapping));
        return seeds;
    }

    private static ByteBuffer ring(long tail, long head) {
        ByteBuffer memory = ByteBuffer.allocate(RING_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        memory.putLong(0, BASE + RING).putInt(RING, COUNT_BITS);
        memory.putLong(RING + 8, BASE + DESCRIPTORS).putLong(RING + 16, BASE + INFOS);
        memory.putLong(RING + 24, head).putLong(RING + 32, tail);
        return memory.putInt(RING + 40, SIZE_BITS).putLong(RING + 48, BASE + TEXTS);
    }

    private static void record(ByteBuffer memory, long id, long begin, long next, String text) {
        int index = (int) (id & (1 << COUNT_BITS) - 1);
        int descriptor = DESCRIPTORS + index * DESCRIPTOR_BYTES;
        int info = INFOS + index * INFO_BYTES;
        memory.putLong(descriptor, FINALIZED | id);
        memory.putLong(descriptor + 8, begin).putLong(descriptor + 16, next);
        memory.putLong(info, id).putLong(info + 8, id * 1000).putShort(info + 16, (short) text.length());
        memory.put(info + 18, (byte) 3).put(info + 19, (byte) (6 << 5)).putInt(info + 20, 0x8000_0001);
        if ((begin & 1) == 0) {
            // A block that would cross the end begins at the ring's start.
            int start = TEXTS + (begin >>> SIZE_BITS == next >>> SIZE_BITS ? (int) begin & 0xFF : 0);
            memory.putLong(start, id).put(start + 8, ascii(text));
        }
    }

    static Map<String, byte[]> buffers() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        ByteBuffer straight = buffer(0, 0, 2);
        old(straight, 0, 32, "first");
        old(straight, 32, 24, "second");
        seeds.put("straight", bytes(straight));
        ByteBuffer wrapping = buffer(128, 5, 7);
        old(wrapping, 128, 32, "near the end");
        old(wrapping, 0, 24, "start");
        seeds.put("wrapping", bytes(wrapping));
        return seeds;
    }

    private static ByteBuffer buffer(int firstIndex, long firstSequence, long nextSequence) {
        ByteBuffer memory = ByteBuffer.allocate(OLD_BUFFER + OLD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        memory.putLong(0, BASE + OLD_BUFFER).putInt(8, OLD_BYTES);
        return memory.putLong(16, firstSequence).putLong(24, nextSequence).putInt(32, firstIndex);
    }

    private static void old(ByteBuffer memory, int index, int bytes, String text) {
        int record = OLD_BUFFER + index;
        memory.putLong(record, 5000).putShort(record + 8, (short) bytes).putShort(record + 10, (short) text.length());
        memory.put(record + 15, (byte) (6 << 5)).put(record + OLD_HEADER, ascii(text));
    }

    private static byte[] bytes(ByteBuffer memory) {
        byte[] bytes = new byte[memory.capacity()];
        memory.get(0, bytes);
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
