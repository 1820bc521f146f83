package io.memflow.formats.compression;

/** A block of LZ4, without a frame around it: lz4_Block_format.md of the LZ4 project. Stateless. */
public final class Lz4 {
    /** What follows in more bytes is marked by all bits of a token's half. */
    private static final int MORE = 15;

    private static final int SHORTEST_REPEAT = 4;

    private Lz4() {}

    /**
     * Decodes one block.
     *
     * @param compressed the whole of it
     * @param decoded receives the bytes
     * @return bytes decoded
     * @throws io.memflow.core.error.MalformedDataException when it is damaged, or longer than {@code decoded}
     */
    public static int decode(byte[] compressed, byte[] decoded) {
        CompressedInput input = new CompressedInput("LZ4", compressed);
        DecodedBlock output = new DecodedBlock(input, decoded);
        while (true) {
            int token = input.next();
            output.literals(length(token >>> 4, input, output));
            if (input.left() == 0) {
                // The last sequence has literals only.
                return output.length();
            }
            int distance = input.next16();
            output.repeat(distance, SHORTEST_REPEAT + length(token & MORE, input, output));
        }
    }

    private static int length(int bits, CompressedInput input, DecodedBlock output) {
        int length = bits;
        int more = bits == MORE ? 255 : 0;
        while (more == 255) {
            more = input.next();
            length += more;
            output.require(length);
        }
        return length;
    }
}
