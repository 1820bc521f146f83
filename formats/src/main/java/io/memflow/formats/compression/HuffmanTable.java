package io.memflow.formats.compression;

/** A decoding table of Zstandard's literals, RFC 8878, 4.2. Immutable. */
final class HuffmanTable {
    private static final int MOST_SYMBOLS = 256;
    private static final int MOST_BITS = 11;
    private static final int MOST_WEIGHT_ACCURACY = 6;
    /** Weights are 0 to {@link #MOST_BITS}; larger ones are refused. */
    private static final int LARGEST_WEIGHT = MOST_BITS + 1;
    /** A first byte above this counts weights of four bits each. */
    private static final int PLAIN = 127;

    private final int mostBits;
    private final byte[] symbols;
    private final byte[] widths;

    private HuffmanTable(int mostBits) {
        this.mostBits = mostBits;
        symbols = new byte[1 << mostBits];
        widths = new byte[1 << mostBits];
    }

    /** Reads the description of a table. */
    static HuffmanTable read(CompressedInput input) {
        byte[] weights = new byte[MOST_SYMBOLS];
        int first = input.next();
        int count = first > PLAIN ? plain(input, first - PLAIN, weights) : coded(input, first, weights);
        int sum = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > MOST_BITS) {
                throw input.malformed("a literal's weight is " + weights[i]);
            }
            sum += weights[i] == 0 ? 0 : 1 << (weights[i] - 1);
        }
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(sum);
        int rest = (1 << bits) - sum;
        if (sum == 0 || bits > MOST_BITS || Integer.bitCount(rest) != 1) {
            throw input.malformed("the weights of literals add up to " + sum);
        }
        // The last symbol's weight is not written: it makes the sum a power of two.
        weights[count] = (byte) (Integer.SIZE - Integer.numberOfLeadingZeros(rest));
        return of(bits, weights, count + 1);
    }

    private static int plain(CompressedInput input, int count, byte[] weights) {
        int start = input.skip((count + 1) / 2);
        for (int i = 0; i < count; i++) {
            int pair = input.bytes()[start + i / 2];
            weights[i] = (byte) ((i % 2 == 0 ? pair >>> 4 : pair) & 0xF);
        }
        return count;
    }

    /** Two states take turns; the first that finds too few bits ends it, and the other gives its last symbol. */
    private static int coded(CompressedInput input, int bytes, byte[] weights) {
        int end = input.position() + bytes;
        FseTable table = FseTable.read(input, MOST_WEIGHT_ACCURACY, LARGEST_WEIGHT);
        BackwardBits stream = new BackwardBits(input, end - input.position());
        int state = table.first(stream);
        int other = table.first(stream);
        int count = 0;
        while (true) {
            if (count >= MOST_SYMBOLS - 2) {
                throw input.malformed("there are more weights than literals");
            }
            weights[count++] = (byte) table.symbol(state);
            if (table.width(state) > stream.left()) {
                weights[count++] = (byte) table.symbol(other);
                return count;
            }
            int next = table.next(state, stream);
            state = other;
            other = next;
        }
    }

    private static HuffmanTable of(int mostBits, byte[] weights, int count) {
        HuffmanTable table = new HuffmanTable(mostBits);
        int at = 0;
        for (int weight = 1; weight <= mostBits; weight++) {
            for (int symbol = 0; symbol < count; symbol++) {
                for (int i = 0; weights[symbol] == weight && i < 1 << (weight - 1); i++) {
                    table.symbols[at] = (byte) symbol;
                    table.widths[at++] = (byte) (mostBits + 1 - weight);
                }
            }
        }
        return table;
    }

    /** Decodes one stream, which must hold exactly so many literals. */
    void decode(BackwardBits stream, byte[] literals, int start, int count) {
        for (int i = 0; i < count; i++) {
            int code = (int) stream.peek(mostBits);
            literals[start + i] = symbols[code];
            stream.skip(widths[code]);
        }
        stream.end();
    }
}
