package io.memflow.formats.pdb;

import io.memflow.formats.synthetic.MsfStreams;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the streams of a program database again. */
public final class MsfWriter {
    /** Of the hashes that linkers keep in a stream, which readers of ours do not ask for. */
    private static final int LONGEST_STREAM = 8 << 10;

    private MsfWriter() {}

    /** The streams that a reader needs of a file, written again with blocks of a size; long ones are left out. */
    public static byte[] repack(byte[] file, int blockBytes) {
        Msf msf = Msf.parse(MemorySegment.ofArray(file));
        List<byte @Nullable []> streams = new ArrayList<>();
        for (int number = 0; number < 64; number++) {
            streams.add(msf.stream(number)
                    .filter(stream -> stream.bytes() < LONGEST_STREAM)
                    .map(stream -> stream.slice(0, (int) stream.bytes()).toArray(ValueLayout.JAVA_BYTE))
                    .orElse(null));
        }
        while (streams.getLast() == null) {
            streams.removeLast();
        }
        return MsfStreams.write(streams, blockBytes);
    }
}
