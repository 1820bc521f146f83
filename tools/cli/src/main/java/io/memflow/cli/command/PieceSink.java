package io.memflow.cli.command;

import io.memflow.core.memory.Gap;
import io.memflow.core.memory.PartialRead;
import java.io.IOException;

/** Takes what was read, piece by piece in ascending order. Confined. */
interface PieceSink {
    /**
     * Writes a piece.
     *
     * @return how many bytes were given to the user
     */
    long accept(PartialRead piece) throws IOException;

    /** Whether bytes behind one that could not be read are of use. */
    boolean skipsGaps();

    /** Ends the output. */
    void end() throws IOException;

    /** Bytes of a piece that were read. */
    static long readBytes(PartialRead piece) {
        long read = piece.bytes().byteSize();
        for (Gap gap : piece.gaps()) {
            read -= gap.range().length();
        }
        return read;
    }
}
