package io.memflow.cli.command;

import io.memflow.cli.output.Hex;
import io.memflow.cli.output.HexDump;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.memory.Gap;
import io.memflow.core.memory.PartialRead;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/** One JSON line per piece; a byte that could not be read is {@code ??} among the hexadecimal digits. */
final class JsonSink implements PieceSink {
    private static final int BYTE_DIGITS = 2;

    private final JsonLines json;

    JsonSink(OutputStream out) {
        json = new JsonLines(out);
    }

    @Override
    public long accept(PartialRead piece) {
        json.begin()
                .address("address", piece.address())
                .size("length", piece.bytes().byteSize())
                .text("bytes", digits(piece))
                .flag("complete", piece.isWhole())
                .beginArray("gaps");
        for (Gap gap : piece.gaps()) {
            json.begin()
                    .address("address", gap.range().start())
                    .size("length", gap.range().length())
                    .text("why", gap.fault().text())
                    .end();
        }
        json.endArray().end();
        return PieceSink.readBytes(piece);
    }

    @Override
    public boolean skipsGaps() {
        return true;
    }

    @Override
    public void end() {
        json.close();
    }

    private static String digits(PartialRead piece) {
        BitSet unread = HexDump.unread(piece);
        int length = (int) piece.bytes().byteSize();
        StringBuilder digits = new StringBuilder(length * BYTE_DIGITS);
        for (int i = 0; i < length; i++) {
            if (unread.get(i)) {
                digits.append("??");
            } else {
                Hex.append(digits, piece.bytes().get(ValueLayout.JAVA_BYTE, i), BYTE_DIGITS);
            }
        }
        return digits.toString();
    }
}
