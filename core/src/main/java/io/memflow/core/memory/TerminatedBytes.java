package io.memflow.core.memory;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Reads up to a zero unit. Memory behind the unit may be missing. */
final class TerminatedBytes {
    /** Small enough to stay inside any architecture's page when aligned to its own size. */
    private static final int CHUNK = 256;

    private TerminatedBytes() {}

    /** The bytes before the first aligned all-zero unit of {@code unitBytes}. */
    static byte[] read(TypedAccess view, long address, int limit, int unitBytes) {
        ByteArrayOutputStream collected = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        MemorySegment buffer = MemorySegment.ofArray(chunk);
        MemoryBatch batch = new MemoryBatch(1);
        long position = address;
        int left = limit;
        int scanned = 0;
        while (left > 0) {
            int toBoundary = (int) (CHUNK - (position & CHUNK - 1));
            int length = Math.min(left, toBoundary);
            batch.clear();
            batch.add(position, buffer, 0, length);
            view.read(batch);
            int firstFault = firstFault(batch);
            int valid = firstFault < 0 ? length : (int) batch.faultOffset(firstFault);
            collected.write(chunk, 0, valid);
            int end = terminator(collected.toByteArray(), scanned, unitBytes);
            if (end >= 0) {
                return Arrays.copyOf(collected.toByteArray(), end);
            }
            if (firstFault >= 0) {
                throw new MemoryAccessException(
                        view.properties().kind(), position + valid, limit, batch.faultCause(firstFault));
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

    /** The fault that starts lowest, or -1. */
    private static int firstFault(MemoryBatch batch) {
        int first = -1;
        for (int i = 0; i < batch.faultCount(); i++) {
            if (first < 0 || batch.faultOffset(i) < batch.faultOffset(first)) {
                first = i;
            }
        }
        return first;
    }

    /** Where the first all-zero unit starts, counting whole units from {@code from}, or -1. */
    static int terminator(byte[] bytes, int from, int unitBytes) {
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
