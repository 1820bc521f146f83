package io.memflow.core.recording;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Takes little-endian numbers off a segment; what lies past its end is malformed. Confined. */
final class RecordingInput {
    private final MemorySegment bytes;
    private long position;

    RecordingInput(MemorySegment bytes) {
        this.bytes = bytes;
    }

    long position() {
        return position;
    }

    long remaining() {
        return bytes.byteSize() - position;
    }

    /** Whether so many bytes are left. */
    boolean has(long length) {
        return length <= remaining();
    }

    /** Goes back to a position that was passed. */
    void back(long passed) {
        position = passed;
    }

    byte takeByte() {
        return bytes.get(ValueLayout.JAVA_BYTE, take(Byte.BYTES));
    }

    int takeInt() {
        return bytes.get(ScalarLayout.INT_LITTLE, take(Integer.BYTES));
    }

    long takeLong() {
        return bytes.get(ScalarLayout.LONG_LITTLE, take(Long.BYTES));
    }

    /** A byte that is 0 or 1. */
    byte takeFlag(String what) {
        byte flag = takeByte();
        if (flag != 0 && flag != 1) {
            throw malformedBefore("%s numbered %d".formatted(what, flag));
        }
        return flag;
    }

    /** How many of something follow, of which each takes at least so many bytes. */
    int takeCount(int bytesEach) {
        int count = takeInt();
        if (count < 0 || count > remaining() / bytesEach) {
            throw malformedBefore(
                    "%s entries, more than the rest of the file holds".formatted(Integer.toUnsignedString(count)));
        }
        return count;
    }

    String takeText() {
        int length = takeCount(1);
        byte[] utf8 = bytes.asSlice(take(length), length).toArray(ValueLayout.JAVA_BYTE);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** Passes over bytes and gives the position of the first. */
    long take(long length) {
        if (length < 0 || length > remaining()) {
            throw malformedBefore(
                    "%d more bytes are called for, but the file ends after %d: it was cut before its first request"
                            .formatted(length, remaining()));
        }
        long start = position;
        position += length;
        return start;
    }

    MalformedDataException malformedBefore(String what) {
        return RecordingFormat.malformed(position, "found " + what);
    }
}
