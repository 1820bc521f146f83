package io.memflow.formats.compression;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The literals of Zstandard's blocks, RFC 8878, 3.1.1.3.1. Keeps the table that later blocks may use again. Confined. */
final class ZstdLiterals {
    private static final int RAW = 0;
    private static final int REPEATED = 1;
    private static final int WITH_TABLE = 2;

    private final CompressedInput input;
    private final int most;
    private @Nullable HuffmanTable table;

    /** @param most bytes of what all blocks together may make */
    ZstdLiterals(CompressedInput input, int most) {
        this.input = input;
        this.most = most;
    }

    /** Reads the literals of the next block. */
    byte[] read() {
        int kind = input.peek() & 3;
        int format = input.peek() >>> 2 & 3;
        return kind == RAW || kind == REPEATED ? plain(kind, format) : coded(kind, format);
    }

    private byte[] plain(int kind, int format) {
        int bytes = (format & 1) == 0 ? 1 : format == 1 ? 2 : 3;
        byte[] literals = room(input.next(bytes) >>> (bytes == 1 ? 3 : 4));
        if (kind == RAW) {
            System.arraycopy(input.bytes(), input.skip(literals.length), literals, 0, literals.length);
        } else {
            Arrays.fill(literals, (byte) input.next());
        }
        return literals;
    }

    private byte[] room(long size) {
        if (size > most) {
            throw input.malformed(
                    "a block has %d literals, more than the %d bytes that are asked for".formatted(size, most));
        }
        return new byte[(int) size];
    }

    private byte[] coded(int kind, int format) {
        int width = format < 2 ? 10 : format == 2 ? 14 : 18;
        long header = input.next((4 + 2 * width + Byte.SIZE - 1) / Byte.SIZE) >>> 4;
        long mask = (1L << width) - 1;
        byte[] literals = room(header & mask);
        int compressed = (int) (header >>> width & mask);
        if (compressed > input.left()) {
            throw input.malformed("%d bytes of literals, with %d left".formatted(compressed, input.left()));
        }
        int end = input.position() + compressed;
        if (kind == WITH_TABLE) {
            table = HuffmanTable.read(input);
        }
        HuffmanTable codes = table;
        if (codes == null) {
            throw input.malformed("literals are coded by a table of an earlier block, but there was none");
        }
        if (format == 0) {
            codes.decode(new BackwardBits(input, end - input.position()), literals, 0, literals.length);
        } else {
            streams(codes, literals, end);
        }
        return literals;
    }

    /** Four streams, the first three of the same number of literals. */
    private void streams(HuffmanTable codes, byte[] literals, int end) {
        int[] sizes = {input.next16(), input.next16(), input.next16(), 0};
        int each = (literals.length + 3) / 4;
        if (3 * each > literals.length) {
            throw input.malformed("four streams for %d literals".formatted(literals.length));
        }
        for (int stream = 0; stream < 4; stream++) {
            int size = stream < 3 ? sizes[stream] : end - input.position();
            int count = stream < 3 ? each : literals.length - 3 * each;
            codes.decode(new BackwardBits(input, size), literals, stream * each, count);
        }
        if (input.position() != end) {
            throw input.malformed("the streams of literals are longer than they say");
        }
    }
}
