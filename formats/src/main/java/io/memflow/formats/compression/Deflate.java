package io.memflow.formats.compression;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A deflate stream without a header, RFC 1951, by the JDK's own decoder. Stateless. */
public final class Deflate {
    private Deflate() {}

    /**
     * Decodes one stream.
     *
     * @param compressed the whole of it
     * @param decoded receives the bytes
     * @return bytes decoded
     * @throws io.memflow.core.error.MalformedDataException when it is damaged, longer than {@code decoded}, or followed by
     *     something
     */
    public static int decode(byte[] compressed, byte[] decoded) {
        CompressedInput input = new CompressedInput("deflate", compressed);
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(compressed);
            int length = inflater.inflate(decoded);
            boolean whole = inflater.finished() || (inflater.inflate(new byte[1]) == 0 && inflater.finished());
            if (!whole || inflater.getRemaining() > 0) {
                throw input.malformed("it does not end with %d bytes".formatted(length));
            }
            return length;
        } catch (DataFormatException damaged) {
            throw input.malformed(String.valueOf(damaged.getMessage()));
        } finally {
            inflater.end();
        }
    }
}
