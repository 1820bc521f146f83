package io.memflow.formats.registry;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * A text in a cell, as far as the cell has it.
 *
 * @param text what is there
 * @param fault why it is not whole; empty when it is
 */
record CellText(String text, String fault) {
    /** How names are kept: as UTF-16, or, when none of their characters needs more than a byte, compressed. */
    static Charset encoding(int compressed) {
        return compressed != 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE;
    }

    static CellText read(MemorySegment cell, int from, int bytes, Charset encoding) {
        int there = (int) Math.min(bytes, cell.byteSize() - from);
        String text = new String(cell.asSlice(from, there).toArray(ValueLayout.JAVA_BYTE), encoding);
        String fault = there < bytes ? "it has %d bytes, of which the cell has %d".formatted(bytes, there) : "";
        return new CellText(text, fault);
    }

    /** Refuses a cell that is not of the kind expected. */
    static void requireSignature(MemorySegment cell, int index, int signature, int bytes, String kind) {
        if (cell.byteSize() < bytes || LittleEndian.u16(cell, 0) != signature) {
            throw HiveLimits.malformed(
                    Integer.toUnsignedLong(index),
                    "cell 0x%x of %d bytes is no %s".formatted(index, cell.byteSize(), kind));
        }
    }
}
