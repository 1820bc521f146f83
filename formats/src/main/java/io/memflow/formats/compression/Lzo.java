package io.memflow.formats.compression;

/**
 * LZO1X as the Linux kernel reads it: its version 0 ({@code lzo}) and version 1 ({@code lzo-rle}), which adds runs of zeros.
 * The format is described in the kernel's Documentation/staging/lzo.rst. Stateless.
 */
public final class Lzo {
    /** A first byte that a version follows, in a stream of at least {@link #SHORTEST_VERSIONED} bytes. */
    private static final int VERSION_FOLLOWS = 17;

    private static final int SHORTEST_VERSIONED = 5;
    private static final int NEWEST_VERSION = 1;
    /** State after a long run of literals; below, it is the number of literals after the last instruction. */
    private static final int AFTER_LITERALS = 4;

    private static final int FAR = 16384;
    /** Distances of short blocks after a run of literals begin here. */
    private static final int AFTER_LITERALS_DISTANCE = 2049;

    private static final int SHORTEST_ZERO_RUN = 4;
    private static final int ZERO_RUN = 0x18;
    private static final int ZERO_RUN_MASK = 0xF8;
    private static final int ZERO_RUN_DISTANCE = 0xFFFC;

    private final CompressedInput input;
    private final DecodedBlock output;
    private int state;

    private Lzo(CompressedInput input, DecodedBlock output) {
        this.input = input;
        this.output = output;
    }

    /**
     * Decodes one block.
     *
     * @param compressed the whole of it
     * @param decoded receives the bytes
     * @return bytes decoded
     * @throws io.memflow.core.error.MalformedDataException when it is damaged, longer than {@code decoded}, or followed by
     *     something
     */
    public static int decode(byte[] compressed, byte[] decoded) {
        CompressedInput input = new CompressedInput("LZO", compressed);
        DecodedBlock output = new DecodedBlock(input, decoded);
        new Lzo(input, output).decode();
        return output.length();
    }

    private void decode() {
        boolean hasRuns = input.left() >= SHORTEST_VERSIONED && input.peek() == VERSION_FOLLOWS;
        if (hasRuns) {
            input.skip(1);
            int version = input.next();
            if (version > NEWEST_VERSION) {
                throw input.malformed("its version is %d, the newest known is 1".formatted(version));
            }
            hasRuns = version == NEWEST_VERSION;
        }
        if (input.peek() > VERSION_FOLLOWS) {
            int count = input.next() - VERSION_FOLLOWS;
            output.literals(count);
            state = Math.min(count, AFTER_LITERALS);
        }
        boolean goesOn = true;
        while (goesOn) {
            int instruction = input.next();
            if (instruction >= 64) {
                block(1L + (instruction >>> 2 & 7) + ((long) input.next() << 3), (instruction >>> 5) + 1, instruction);
            } else if (instruction >= 32) {
                int length = 2 + length(instruction & 31, 31);
                int operand = input.next16();
                block(1L + (operand >>> 2), length, operand);
            } else if (instruction >= 16) {
                goesOn = far(instruction, hasRuns);
            } else {
                near(instruction);
            }
        }
        if (input.left() > 0) {
            throw input.malformed("%d bytes follow its end".formatted(input.left()));
        }
    }

    /** Copies a block, and the literals whose number is in the lowest bits of the operand. */
    private void block(long distance, int length, int operand) {
        output.repeat(distance, length);
        state = operand & 3;
        output.literals(state);
    }

    private void near(int instruction) {
        if (state == 0) {
            output.literals(3 + length(instruction, 15));
            state = AFTER_LITERALS;
            return;
        }
        boolean afterLiterals = state == AFTER_LITERALS;
        long distance =
                (afterLiterals ? AFTER_LITERALS_DISTANCE : 1) + (instruction >>> 2) + ((long) input.next() << 2);
        block(distance, afterLiterals ? 3 : 2, instruction);
    }

    /** A block that is far away, a run of zeros, or the end, of which false is returned. */
    private boolean far(int instruction, boolean hasRuns) {
        int following = input.peek16();
        boolean farthest = (following & ZERO_RUN_DISTANCE) == ZERO_RUN_DISTANCE;
        if (hasRuns && farthest && (instruction & ZERO_RUN_MASK) == ZERO_RUN) {
            input.skip(2);
            output.fill(0, (input.next() << 3 | (instruction & 7)) + SHORTEST_ZERO_RUN);
            state = following & 3;
            output.literals(state);
            return true;
        }
        int length = 2 + length(instruction & 7, 7);
        int operand = input.next16();
        int distance = ((instruction & 8) << 11) + (operand >>> 2);
        if (distance == 0) {
            return false;
        }
        block(FAR + (long) distance, length, operand);
        return true;
    }

    /** A length that fits its bits, or else is their largest value and what the next bytes add. */
    private int length(int bits, int largest) {
        if (bits != 0) {
            return bits;
        }
        int length = largest;
        int more = input.next();
        while (more == 0) {
            length += 255;
            output.require(length);
            more = input.next();
        }
        return length + more;
    }
}
