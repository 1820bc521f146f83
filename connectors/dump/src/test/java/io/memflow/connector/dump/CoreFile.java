package io.memflow.connector.dump;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Writes ELF64 core files for tests: program headers first, then a note, then the memory, holes left sparse. */
final class CoreFile {
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int NOTE = 24;

    private record Load(long physical, long memorySize, long fileSize, int contentOf, ByteBuffer content) {}

    private final List<Load> loads = new ArrayList<>();

    /** Adds a segment with its bytes. */
    CoreFile load(long physical, byte[] content) {
        return load(physical, content.length, content);
    }

    /** Adds a segment of which the file holds only the given first bytes; the file's size says more. */
    CoreFile load(long physical, long size, byte[] content) {
        loads.add(new Load(physical, size, size, loads.size(), ByteBuffer.wrap(content)));
        return this;
    }

    /** Adds a segment that shares the file bytes of an earlier one, as a page that is mapped twice does. */
    CoreFile alias(int earlier) {
        Load of = loads.get(earlier);
        loads.add(new Load(of.physical, of.memorySize, of.fileSize, earlier, ByteBuffer.allocate(0)));
        return this;
    }

    /** Adds a segment without bytes, as one for a device's memory is. */
    CoreFile without(long physical, long memorySize) {
        loads.add(new Load(physical, memorySize, 0, loads.size(), ByteBuffer.allocate(0)));
        return this;
    }

    /** Offset of the first byte of memory in the file. */
    long memoryOffset() {
        return HEADER + PROGRAM_HEADER * (loads.size() + 1L) + NOTE;
    }

    Path write(Path file) throws IOException {
        long[] offsets = new long[loads.size()];
        long end = memoryOffset();
        for (int i = 0; i < offsets.length; i++) {
            boolean own = loads.get(i).contentOf == i;
            offsets[i] = own ? end : offsets[loads.get(i).contentOf];
            end += own ? loads.get(i).fileSize : 0;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(headers(offsets).flip(), 0);
            for (int i = 0; i < offsets.length; i++) {
                channel.write(loads.get(i).content.duplicate(), offsets[i]);
            }
            if (channel.size() < end) {
                channel.write(ByteBuffer.allocate(1), end - 1);
            }
        }
        return file;
    }

    private ByteBuffer headers(long[] offsets) {
        int count = offsets.length + 1;
        ByteBuffer out = ByteBuffer.allocate((int) memoryOffset()).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x464C457F).put((byte) 2).put((byte) 1).put((byte) 1);
        out.position(16);
        out.putShort((short) 4).putShort((short) 62).putInt(1);
        out.putLong(0).putLong(HEADER).putLong(0);
        out.putInt(0).putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) count);
        out.position(HEADER);
        programHeader(out, PT_NOTE, HEADER + (long) PROGRAM_HEADER * count, 0, NOTE, NOTE);
        for (int i = 0; i < offsets.length; i++) {
            Load load = loads.get(i);
            programHeader(out, PT_LOAD, offsets[i], load.physical, load.fileSize, load.memorySize);
        }
        out.putInt(5)
                .putInt(4)
                .putInt(1)
                .put("TEST\0\0\0\0".getBytes(StandardCharsets.US_ASCII))
                .putInt(7);
        return out;
    }

    private static void programHeader(
            ByteBuffer out, int type, long offset, long physical, long fileSize, long memorySize) {
        out.putInt(type).putInt(0).putLong(offset).putLong(0).putLong(physical);
        out.putLong(fileSize).putLong(memorySize).putLong(0);
    }
}
