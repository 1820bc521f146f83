package io.memflow.formats.compression;

import java.util.Arrays;

/** A decoding table of finite state entropy, RFC 8878, 4.1. Immutable. */
final class FseTable {
    private static final int LEAST_ACCURACY = 5;

    private final int accuracy;
    private final byte[] symbols;
    private final byte[] bits;
    private final short[] bases;

    private FseTable(int accuracy) {
        this.accuracy = accuracy;
        symbols = new byte[1 << accuracy];
        bits = new byte[1 << accuracy];
        bases = new short[1 << accuracy];
    }

    /** A table of one symbol, which takes no bits. */
    static FseTable single(int symbol) {
        FseTable table = new FseTable(0);
        table.symbols[0] = (byte) symbol;
        return table;
    }

    /**
     * The table of a distribution, which must be whole.
     *
     * @param counts for each symbol its share of {@code 1 << accuracy}; -1 for a share of less than one
     */
    static FseTable of(int accuracy, short[] counts) {
        FseTable table = new FseTable(accuracy);
        int size = 1 << accuracy;
        short[] next = counts.clone();
        int high = size;
        for (int symbol = 0; symbol < counts.length; symbol++) {
            if (counts[symbol] == -1) {
                table.symbols[--high] = (byte) symbol;
                next[symbol] = 1;
            }
        }
        int step = (size >>> 1) + (size >>> 3) + 3;
        int at = 0;
        for (int symbol = 0; symbol < counts.length; symbol++) {
            for (int i = 0; i < counts[symbol]; i++) {
                table.symbols[at] = (byte) symbol;
                do {
                    at = (at + step) & (size - 1);
                } while (at >= high);
            }
        }
        for (int state = 0; state < size; state++) {
            int number = next[table.symbols[state] & 0xFF]++;
            int width = accuracy - (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(number));
            table.bits[state] = (byte) width;
            table.bases[state] = (short) ((number << width) - size);
        }
        return table;
    }

    /**
     * Reads the description of a table.
     *
     * @param largestSymbol symbols above it are refused
     */
    static FseTable read(CompressedInput input, int mostAccuracy, int largestSymbol) {
        ForwardBits bits = new ForwardBits(input);
        int accuracy = bits.read(4) + LEAST_ACCURACY;
        if (accuracy > mostAccuracy) {
            throw input.malformed(
                    "an entropy table has 2^%d entries, 2^%d are allowed".formatted(accuracy, mostAccuracy));
        }
        short[] counts = new short[largestSymbol + 1];
        int symbol = 0;
        int left = 1 << accuracy;
        while (left > 0) {
            if (symbol > largestSymbol) {
                throw input.malformed("an entropy table has symbols above " + largestSymbol);
            }
            int count = share(bits, left);
            left -= Math.abs(count);
            counts[symbol++] = (short) count;
            int zeros = count == 0 ? 3 : 0;
            while (zeros == 3) {
                zeros = bits.read(2);
                symbol += zeros;
            }
        }
        bits.finish();
        return of(accuracy, Arrays.copyOf(counts, Math.min(symbol, counts.length)));
    }

    /** A share of what is left: values that would go beyond it are not written, so that small ones take a bit less. */
    private static int share(ForwardBits bits, int left) {
        int values = left + 2;
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(values - 1);
        int threshold = 1 << (width - 1);
        int shorter = 2 * threshold - values;
        int low = bits.read(width - 1);
        int value = low;
        if (low >= shorter) {
            value = low | bits.read(1) << (width - 1);
            value -= value >= threshold ? shorter : 0;
        }
        return value - 1;
    }

    int accuracy() {
        return accuracy;
    }

    int symbol(int state) {
        return symbols[state] & 0xFF;
    }

    /** Bits that lead from a state to the next. */
    int width(int state) {
        return bits[state];
    }

    /** The first state of a stream. */
    int first(BackwardBits stream) {
        return (int) stream.read(accuracy);
    }

    int next(int state, BackwardBits stream) {
        return bases[state] + (int) stream.read(bits[state]);
    }
}
