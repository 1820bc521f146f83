package io.memflow.os.windows.offset;

import io.memflow.core.memory.Gap;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PartialRead;
import io.memflow.core.memory.ScalarLayout;
import java.nio.ByteOrder;
import java.util.BitSet;

/** The bytes of one structure as they were read once; what is not in memory is unknown. Immutable once made. */
final class Sample {
    /** A word that is not in memory; no pointer, time or id has this value. */
    static final long UNKNOWN = 0xDEAD_0BAD_DEAD_0BADL;

    private final long address;
    private final PartialRead read;
    private final BitSet known;
    private final int pointerBytes;

    /** Reads a structure. */
    Sample(MemoryView memory, long address, int length) {
        this.address = address;
        read = memory.readPartial(address, length);
        pointerBytes = memory.properties().pointerBytes();
        known = new BitSet(length);
        known.set(0, length);
        for (Gap gap : read.gaps()) {
            int from = (int) (gap.range().start() - address);
            known.clear(from, (int) Math.min(length, from + gap.range().length()));
        }
    }

    /** Virtual address of the structure. */
    long address() {
        return address;
    }

    int length() {
        return (int) read.bytes().byteSize();
    }

    /** An unsigned number of 1, 2, 4 or 8 bytes; {@link #UNKNOWN} when it is not there. */
    long number(int offset, int width) {
        return offset >= 0 && offset + width <= length() && known.nextClearBit(offset) >= offset + width
                ? ScalarLayout.get(read.bytes(), offset, width, ByteOrder.LITTLE_ENDIAN)
                : UNKNOWN;
    }

    long pointer(int offset) {
        return number(offset, pointerBytes);
    }

    /** Text of printable ASCII up to a zero byte; empty when it is not there or holds anything else. */
    String text(int offset, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = offset; i < offset + most; i++) {
            long letter = number(i, Byte.BYTES);
            if (letter == 0) {
                return text.toString();
            }
            if (letter < ' ' || letter > '~') {
                return "";
            }
            text.append((char) letter);
        }
        return text.toString();
    }
}
