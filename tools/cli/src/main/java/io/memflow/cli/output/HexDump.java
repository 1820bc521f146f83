package io.memflow.cli.output;

import io.memflow.core.memory.Gap;
import io.memflow.core.memory.PartialRead;
import java.io.IOException;
import java.io.Writer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/**
 * Bytes for people: address, sixteen bytes in hexadecimal, and as ASCII. A byte that could not be read is {@code ??}. Lines
 * that repeat the one above are one {@code *}. Confined.
 */
public final class HexDump {
    /** Bytes per line; pieces other than the last must be a multiple of it. */
    public static final int LINE_BYTES = 16;

    private static final int ADDRESS_DIGITS = 16;
    private static final int BYTE_DIGITS = 2;
    private static final int BYTE_MASK = 0xFF;

    private final Writer out;
    private String previous = "";
    private boolean starred;

    public HexDump(Writer out) {
        this.out = out;
    }

    /** Which bytes of a piece were not read, counted from its start. */
    public static BitSet unread(PartialRead piece) {
        BitSet unread = new BitSet();
        for (Gap gap : piece.gaps()) {
            int start = (int) (gap.range().start() - piece.address());
            unread.set(start, start + (int) gap.range().length());
        }
        return unread;
    }

    /** Prints the next piece. */
    public void print(PartialRead piece) throws IOException {
        BitSet unread = unread(piece);
        int length = (int) piece.bytes().byteSize();
        for (int at = 0; at < length; at += LINE_BYTES) {
            String line = line(piece.bytes(), unread, at, Math.min(LINE_BYTES, length - at));
            if (!line.equals(previous)) {
                StringBuilder address = new StringBuilder("0x");
                Hex.append(address, piece.address() + at, ADDRESS_DIGITS);
                out.append(address).append("  ").append(line).append('\n');
                starred = false;
            } else if (!starred) {
                out.append("*\n");
                starred = true;
            }
            previous = line;
        }
    }

    /** Prints where the bytes end, so that a last line of {@code *} has a length. */
    public void end(long address) throws IOException {
        StringBuilder line = new StringBuilder("0x");
        Hex.append(line, address, ADDRESS_DIGITS);
        out.append(line.append('\n'));
    }

    private static String line(MemorySegment bytes, BitSet unread, int at, int count) {
        StringBuilder digits = new StringBuilder();
        StringBuilder characters = new StringBuilder("|");
        for (int i = 0; i < LINE_BYTES; i++) {
            if (i == LINE_BYTES / 2) {
                digits.append(' ');
            }
            if (i >= count) {
                digits.append("   ");
            } else if (unread.get(at + i)) {
                digits.append("?? ");
                characters.append('?');
            } else {
                int value = bytes.get(ValueLayout.JAVA_BYTE, at + i) & BYTE_MASK;
                Hex.append(digits, value, BYTE_DIGITS);
                digits.append(' ');
                characters.append(value >= ' ' && value <= '~' ? (char) value : '.');
            }
        }
        return digits.append(' ').append(characters).append('|').toString();
    }
}
