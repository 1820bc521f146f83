package io.memflow.guest.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Tells whether a program runs without an interpreter. Source of the offsets: ELF-64 in the System V gABI. */
final class StaticElf {
    private static final int HEADER = 64;
    private static final int MAGIC = 0x464C457F;
    private static final byte CLASS_64 = 2;
    private static final int E_PHOFF = 32;
    private static final int E_PHENTSIZE = 54;
    private static final int E_PHNUM = 56;
    private static final int PROGRAM_HEADER = 56;
    private static final int PT_INTERP = 3;

    private StaticElf() {}

    /** True for a 64-bit ELF file without PT_INTERP; false for anything else, a file that cannot be read included. */
    static boolean isStatic(Path program) {
        try (FileChannel file = FileChannel.open(program)) {
            ByteBuffer header = read(file, 0, HEADER);
            if (header.limit() < HEADER || header.getInt(0) != MAGIC || header.get(4) != CLASS_64) {
                return false;
            }
            int entrySize = Short.toUnsignedInt(header.getShort(E_PHENTSIZE));
            int count = Short.toUnsignedInt(header.getShort(E_PHNUM));
            long table = header.getLong(E_PHOFF);
            if (entrySize < PROGRAM_HEADER || table < 0) {
                return false;
            }
            for (int i = 0; i < count; i++) {
                ByteBuffer entry = read(file, table + (long) i * entrySize, Integer.BYTES);
                if (entry.limit() < Integer.BYTES || entry.getInt(0) == PT_INTERP) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        int count = file.read(bytes, Math.max(0, position));
        while (count > 0 && bytes.hasRemaining()) {
            count = file.read(bytes, Math.max(0, position) + bytes.position());
        }
        return bytes.flip();
    }
}
