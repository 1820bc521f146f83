package io.memflow.core.recording;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Little-endian numbers and bytes to a stream, through a buffer of fixed size. Confined. */
final class RecordingOutput implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream stream;
    private final byte[] array = new byte[BUFFER_BYTES];
    private final ByteBuffer buffer = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);

    RecordingOutput(OutputStream stream) {
        this.stream = stream;
    }

    void putByte(byte value) throws IOException {
        requireRoom(Byte.BYTES);
        buffer.put(value);
    }

    void putInt(int value) throws IOException {
        requireRoom(Integer.BYTES);
        buffer.putInt(value);
    }

    void putLong(long value) throws IOException {
        requireRoom(Long.BYTES);
        buffer.putLong(value);
    }

    void putText(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        putInt(utf8.length);
        putBytes(MemorySegment.ofArray(utf8), 0, utf8.length);
    }

    void putBytes(MemorySegment segment, long offset, long length) throws IOException {
        long done = 0;
        while (done < length) {
            requireRoom(1);
            int run = (int) Math.min(length - done, buffer.remaining());
            MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset + done, array, buffer.position(), run);
            buffer.position(buffer.position() + run);
            done += run;
        }
    }

    private void requireRoom(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            drain();
        }
    }

    /** Passes on what is buffered. */
    void drain() throws IOException {
        stream.write(array, 0, buffer.position());
        buffer.clear();
    }

    /** Closes the stream. What was not drained is lost. */
    @Override
    public void close() throws IOException {
        stream.close();
    }
}
