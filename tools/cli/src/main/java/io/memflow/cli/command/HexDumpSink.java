package io.memflow.cli.command;

import io.memflow.cli.output.HexDump;
import io.memflow.core.memory.PartialRead;
import java.io.IOException;
import java.io.Writer;

/** A hexadecimal dump for people. */
final class HexDumpSink implements PieceSink {
    private final Writer out;
    private final HexDump dump;
    private long end;

    HexDumpSink(Writer out) {
        this.out = out;
        this.dump = new HexDump(out);
    }

    @Override
    public long accept(PartialRead piece) throws IOException {
        dump.print(piece);
        end = piece.address() + piece.bytes().byteSize();
        return PieceSink.readBytes(piece);
    }

    @Override
    public boolean skipsGaps() {
        return true;
    }

    @Override
    public void end() throws IOException {
        dump.end(end);
        out.flush();
    }
}
