package io.memflow.formats.compression;

/**
 * A frame of Zstandard, RFC 8878, without a dictionary. Content checksums are passed over: what the kernel writes has none.
 * Stateless.
 */
public final class Zstd {
    private static final long MAGIC = 0xFD2F_B528L;
    private static final int RAW = 0;
    private static final int REPEATED = 1;
    private static final int COMPRESSED = 2;
    private static final int CHECKSUM_BYTES = 4;

    private final CompressedInput input;
    private final DecodedBlock output;
    private final ZstdLiterals literals;
    private final ZstdSequences sequences;

    private Zstd(CompressedInput input, DecodedBlock output) {
        this.input = input;
        this.output = output;
        literals = new ZstdLiterals(input, output.capacity());
        sequences = new ZstdSequences(input, output);
    }

    /**
     * Decodes one frame.
     *
     * @param compressed the whole of it
     * @param decoded receives the bytes
     * @return bytes decoded
     * @throws io.memflow.core.error.MalformedDataException when it is damaged, needs a dictionary, is longer than {@code
     *     decoded}, or followed by something
     */
    public static int decode(byte[] compressed, byte[] decoded) {
        CompressedInput input = new CompressedInput("Zstandard", compressed);
        DecodedBlock output = new DecodedBlock(input, decoded);
        new Zstd(input, output).frame();
        return output.length();
    }

    private void frame() {
        if (input.next(4) != MAGIC) {
            throw input.malformed("it does not begin as a frame does");
        }
        int descriptor = input.next();
        if ((descriptor & 8) != 0) {
            throw input.malformed("a reserved bit of the frame's descriptor is set");
        }
        boolean single = (descriptor & 0x20) != 0;
        if (!single) {
            // The window: all of the output is in reach.
            input.skip(1);
        }
        long dictionary = input.next((1 << (descriptor & 3)) >>> 1);
        if (dictionary != 0) {
            throw input.malformed("it needs the dictionary " + dictionary);
        }
        int sizeBytes = descriptor >>> 6 == 0 ? (single ? 1 : 0) : 1 << (descriptor >>> 6);
        long size = input.next(sizeBytes) + (sizeBytes == 2 ? 256 : 0);
        boolean goesOn = true;
        while (goesOn) {
            goesOn = block();
        }
        if ((descriptor & 4) != 0) {
            input.skip(CHECKSUM_BYTES);
        }
        if (input.left() > 0) {
            throw input.malformed("%d bytes follow its end".formatted(input.left()));
        }
        if (sizeBytes > 0 && size != output.length()) {
            throw input.malformed("it makes %d bytes instead of %d".formatted(output.length(), size));
        }
    }

    /** Decodes a block and says whether another one follows. */
    private boolean block() {
        int header = (int) input.next(3);
        int size = header >>> 3;
        switch (header >>> 1 & 3) {
            case RAW -> output.literals(size);
            case REPEATED -> output.fill(input.next(), size);
            case COMPRESSED -> compressed(size);
            default -> throw input.malformed("a block is of no known kind");
        }
        return (header & 1) == 0;
    }

    private void compressed(int size) {
        if (size > input.left()) {
            throw input.malformed("a block has %d bytes, with %d left".formatted(size, input.left()));
        }
        int end = input.position() + size;
        byte[] bytes = literals.read();
        sequences.decode(bytes, end);
        if (input.position() != end) {
            throw input.malformed("a block does not end where it says");
        }
    }
}
