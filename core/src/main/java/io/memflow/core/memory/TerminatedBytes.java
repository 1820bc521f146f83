package io.memflow.core.memory;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Reads up to a zero unit without touching the page behind the one it is found on. */
final class TerminatedBytes {
    /** Small enough to stay inside any architecture's page when aligned to its own size. */
    private static final int CHUNK = 256;

    private TerminatedBytes() {}

    /** The bytes before the first aligned all-zero unit of {@code unitBytes}. */
    static byte[] read(MemoryView view, long address, int limit, int unitBytes) {
        ByteArrayOutputStream collected = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        long position = address;
        int left = limit;
        int scanned = 0;
        while (left > 0) {
            int toBoundary = (int) (CHUNK - (position & CHUNK - 1));
            int length = Math.min(left, toBoundary);
            view.read(position, MemorySegment.ofArray(chunk).asSlice(0, length));
            collected.write(chunk, 0, length);
            int end = terminator(collected.toByteArray(), scanned, unitBytes);
            if (end >= 0) {
                return Arrays.copyOf(collected.toByteArray(), end);
            }
            scanned = collected.size() / unitBytes * unitBytes;
            position += length;
            left -= length;
        }
        throw new MemflowException(
                ErrorOrigin.MEMORY,
                ErrorKind.ENCODING,
                "No terminating zero within %d bytes of %s.".formatted(limit, Address.format(address)));
    }

    private static int terminator(byte[] bytes, int from, int unitBytes) {
        for (int i = from; i + unitBytes <= bytes.length; i += unitBytes) {
            boolean zero = true;
            for (int j = 0; j < unitBytes; j++) {
                zero &= bytes[i + j] == 0;
            }
            if (zero) {
                return i;
            }
        }
        return -1;
    }
}
