package io.memflow.cli.command;

import io.memflow.core.memory.PartialRead;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;

/**
 * Bytes as they are. It ends before the first byte that could not be read: there is no byte to stand for an unknown one,
 * and leaving it out would move all behind it.
 */
final class RawSink implements PieceSink {
    private final OutputStream out;

    RawSink(OutputStream out) {
        this.out = out;
    }

    @Override
    public long accept(PartialRead piece) throws IOException {
        long read = piece.isWhole()
                ? piece.bytes().byteSize()
                : piece.gaps().getFirst().range().start() - piece.address();
        out.write(piece.bytes().asSlice(0, read).toArray(ValueLayout.JAVA_BYTE));
        return read;
    }

    @Override
    public boolean skipsGaps() {
        return false;
    }

    @Override
    public void end() throws IOException {
        out.flush();
    }
}
