package io.memflow.formats.compression;

import org.jspecify.annotations.Nullable;

/** The sequences of Zstandard's blocks, RFC 8878, 3.1.1.3.2. Keeps what later blocks may use again. Confined. */
final class ZstdSequences {
    private static final int LARGEST_LITERALS_CODE = 35;
    private static final int LARGEST_OFFSET_CODE = 31;
    private static final int LARGEST_REPEAT_CODE = 52;

    private static final FseTable LITERALS = FseTable.of(6, new short[] {
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1
    });
    private static final FseTable OFFSETS = FseTable.of(
            5,
            new short[] {1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1});
    private static final FseTable REPEATS = FseTable.of(6, new short[] {
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1
    });

    /** Codes below this are lengths of literals themselves. */
    private static final int FIRST_LONG_LITERALS = 16;

    private static final int[] LITERALS_BITS = {1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    private static final int SHORTEST_REPEAT = 3;
    /** Codes below this are lengths of repeats, less the shortest. */
    private static final int FIRST_LONG_REPEAT = 32;

    private static final int[] REPEAT_BITS = {1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    private static final int[] LITERALS_BASES = bases(FIRST_LONG_LITERALS, LITERALS_BITS);
    private static final int[] REPEAT_BASES = bases(FIRST_LONG_REPEAT, REPEAT_BITS);

    private final CompressedInput input;
    private final DecodedBlock output;
    private @Nullable FseTable literalTable;
    private @Nullable FseTable offsetTable;
    private @Nullable FseTable repeatTable;
    private final long[] recent = {1, 4, 8};

    ZstdSequences(CompressedInput input, DecodedBlock output) {
        this.input = input;
        this.output = output;
    }

    /** First values of the long codes, whose values follow each other without a gap. */
    private static int[] bases(int first, int[] bits) {
        int[] bases = new int[bits.length];
        int next = first;
        for (int i = 0; i < bits.length; i++) {
            bases[i] = next;
            next += 1 << bits[i];
        }
        return bases;
    }

    /** Decodes the sequences of a block, and puts its literals where they belong. */
    void decode(byte[] literals, int end) {
        int count = count();
        int used = 0;
        if (count > 0) {
            used = sequences(count, literals, end);
        } else if (input.position() != end) {
            throw input.malformed("a block without sequences goes on");
        }
        output.literals(literals, used, literals.length - used);
    }

    private int count() {
        int first = input.next();
        if (first < 128) {
            return first;
        }
        return first < 255 ? ((first - 128) << 8) + input.next() : input.next16() + 0x7F00;
    }

    private FseTable table(int mode, @Nullable FseTable last, FseTable usual, int accuracy, int largest) {
        return switch (mode) {
            case 0 -> usual;
            case 1 -> {
                int symbol = input.next();
                if (symbol > largest) {
                    throw input.malformed("a sequence's code is %d, at most %d is".formatted(symbol, largest));
                }
                yield FseTable.single(symbol);
            }
            case 2 -> FseTable.read(input, accuracy, largest);
            default -> {
                if (last == null) {
                    throw input.malformed("sequences are coded by a table of an earlier block, but there was none");
                }
                yield last;
            }
        };
    }

    /** Returns how many literals were used. */
    private int sequences(int count, byte[] literals, int end) {
        int modes = input.next();
        if ((modes & 3) != 0) {
            throw input.malformed("reserved bits are set in how sequences are coded");
        }
        FseTable lengths = table(modes >>> 6, literalTable, LITERALS, 9, LARGEST_LITERALS_CODE);
        FseTable offsets = table(modes >>> 4 & 3, offsetTable, OFFSETS, 8, LARGEST_OFFSET_CODE);
        FseTable repeats = table(modes >>> 2 & 3, repeatTable, REPEATS, 9, LARGEST_REPEAT_CODE);
        literalTable = lengths;
        offsetTable = offsets;
        repeatTable = repeats;
        BackwardBits stream = new BackwardBits(input, end - input.position());
        int length = lengths.first(stream);
        int offset = offsets.first(stream);
        int repeat = repeats.first(stream);
        int used = 0;
        for (int i = 0; i < count; i++) {
            int offsetCode = offsets.symbol(offset);
            long back = (1L << offsetCode) + stream.read(offsetCode);
            int repeated = SHORTEST_REPEAT
                    + value(repeats.symbol(repeat), FIRST_LONG_REPEAT, REPEAT_BITS, REPEAT_BASES, stream);
            int before = value(lengths.symbol(length), FIRST_LONG_LITERALS, LITERALS_BITS, LITERALS_BASES, stream);
            if (before > literals.length - used) {
                throw input.malformed("sequences use more literals than there are");
            }
            output.literals(literals, used, before);
            used += before;
            output.repeat(distance(back, before == 0), repeated);
            if (i + 1 < count) {
                length = lengths.next(length, stream);
                repeat = repeats.next(repeat, stream);
                offset = offsets.next(offset, stream);
            }
        }
        stream.end();
        return used;
    }

    /** What a code and the bits behind it stand for. */
    private static int value(int code, int firstLong, int[] bits, int[] bases, BackwardBits stream) {
        return code < firstLong ? code : bases[code - firstLong] + (int) stream.read(bits[code - firstLong]);
    }

    /** How far back to go: values up to 3 name one of the last three distances. */
    private long distance(long value, boolean withoutLiterals) {
        if (value > 3) {
            push(2, value - 3);
            return recent[0];
        }
        int which = (int) value - 1 + (withoutLiterals ? 1 : 0);
        if (which == 3) {
            push(2, recent[0] - 1);
        } else {
            push(which, recent[which]);
        }
        return recent[0];
    }

    /** Puts a distance first, and moves those before a place back by one. */
    private void push(int place, long distance) {
        for (int i = place; i > 0; i--) {
            recent[i] = recent[i - 1];
        }
        recent[0] = distance;
    }
}
