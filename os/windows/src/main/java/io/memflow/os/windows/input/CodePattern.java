package io.memflow.os.windows.input;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes of code, some of which may be any. Immutable.
 *
 * @param bytes two hexadecimal digits each, or {@code ??} for any, separated by spaces
 * @param operand offset of the 32-bit operand that is of interest
 */
record CodePattern(String bytes, int operand) {
    private static final int ANY = -1;

    private int[] wanted() {
        String[] words = bytes.split(" ", -1);
        int[] wanted = new int[words.length];
        for (int i = 0; i < words.length; i++) {
            wanted[i] = words[i].equals("??") ? ANY : Integer.parseInt(words[i], 16);
        }
        return wanted;
    }

    /** Where in the code it begins, ascending. */
    List<Integer> find(ByteBuffer code) {
        int[] wanted = wanted();
        List<Integer> places = new ArrayList<>();
        for (int at = 0; at + wanted.length <= code.limit(); at++) {
            if (isAt(code, at, wanted)) {
                places.add(at);
            }
        }
        return places;
    }

    private static boolean isAt(ByteBuffer code, int at, int[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] != ANY && wanted[i] != (code.get(at + i) & 0xFF)) {
                return false;
            }
        }
        return true;
    }
}
