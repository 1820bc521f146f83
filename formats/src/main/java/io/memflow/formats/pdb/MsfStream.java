package io.memflow.formats.pdb;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** The bytes of one stream, which lie in blocks all over the file. Reads them in place. Immutable. */
final class MsfStream {
    private final MemorySegment file;
    private final int blockShift;
    private final int[] directory;
    private final int first;
    private final long bytes;

    /**
     * @param directory with the stream's block numbers from {@code first} on, all of them in the file
     * @param bytes its length
     */
    MsfStream(MemorySegment file, int blockBytes, int[] directory, int first, long bytes) {
        this.file = file;
        blockShift = Integer.numberOfTrailingZeros(blockBytes);
        this.directory = directory;
        this.first = first;
        this.bytes = bytes;
    }

    long bytes() {
        return bytes;
    }

    private long place(long offset) {
        long block = Integer.toUnsignedLong(directory[first + (int) (offset >>> blockShift)]);
        return (block << blockShift) + (offset & (1L << blockShift) - 1);
    }

    private void require(long offset, long length) {
        if (offset < 0 || length > bytes - offset) {
            throw PdbLimits.malformed(offset, "%d bytes are read from a stream of %d bytes".formatted(length, bytes));
        }
    }

    int u8(long offset) {
        require(offset, 1);
        return LittleEndian.u8(file, place(offset));
    }

    int u16(long offset) {
        require(offset, Short.BYTES);
        long place = place(offset);
        return isWhole(offset, Short.BYTES)
                ? LittleEndian.u16(file, place)
                : LittleEndian.u8(file, place) | LittleEndian.u8(file, place(offset + 1)) << 8;
    }

    int s32(long offset) {
        require(offset, Integer.BYTES);
        return isWhole(offset, Integer.BYTES)
                ? LittleEndian.s32(file, place(offset))
                : u16(offset) | u16(offset + Short.BYTES) << Short.SIZE;
    }

    long u32(long offset) {
        return Integer.toUnsignedLong(s32(offset));
    }

    private boolean isWhole(long offset, int length) {
        return (offset & (1L << blockShift) - 1) + length <= 1L << blockShift;
    }

    /** Some bytes: in place where they lie in one piece, copied otherwise. */
    MemorySegment slice(long offset, int length) {
        require(offset, length);
        if (length == 0) {
            return MemorySegment.NULL;
        }
        boolean isOnePiece = true;
        long start = place(offset);
        for (long at = (offset | (1L << blockShift) - 1) + 1; at < offset + length; at += 1L << blockShift) {
            isOnePiece &= place(at) == start + (at - offset);
        }
        if (isOnePiece) {
            return file.asSlice(start, length);
        }
        MemorySegment copy = MemorySegment.ofArray(new byte[length]);
        for (int done = 0; done < length; ) {
            long at = offset + done;
            int run = (int) Math.min(length - done, (1L << blockShift) - (at & (1L << blockShift) - 1));
            MemorySegment.copy(file, place(at), copy, done, run);
            done += run;
        }
        return copy;
    }

    /** How many bytes up to a zero byte lie at an offset, at most up to {@code end}. */
    int textBytes(long offset, long end) {
        int length = 0;
        while (offset + length < end && u8(offset + length) != 0) {
            length++;
        }
        return length;
    }

    String text(long offset, long end) {
        byte[] text = slice(offset, textBytes(offset, end)).toArray(ValueLayout.JAVA_BYTE);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Hash of the text at an offset, equal to {@link #hash(byte[])} of the same bytes. */
    int hash(long offset, int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + (byte) u8(offset + i);
        }
        return spread(hash);
    }

    static int hash(byte[] text) {
        int hash = 0;
        for (byte one : text) {
            hash = 31 * hash + one;
        }
        return spread(hash);
    }

    private static int spread(int hash) {
        return hash ^ hash >>> 16;
    }

    /** Whether the text at an offset is exactly this one. */
    boolean isText(long offset, long end, byte[] text) {
        if (end - offset < text.length || (end - offset > text.length && u8(offset + text.length) != 0)) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if ((byte) u8(offset + i) != text[i]) {
                return false;
            }
        }
        return true;
    }
}
