package io.memflow.formats.kallsyms;

import org.jspecify.annotations.Nullable;

/**
 * Hashes compressed names as {@link String#hashCode} hashes the expanded ones, without expanding them: that hash is a
 * polynomial in 31, so a whole token extends it by one multiplication and one addition. Immutable once the tokens are set.
 */
final class NameHash {
    /** Names per call of the hot method: short calls get a cold JVM's compiler going sooner than one long loop. */
    private static final int BLOCK = 256;

    /** Makes any name that uses an empty token too long; no kernel does. */
    private static final int EMPTY_TOKEN = 1 << 16;

    private final int[] hashes = new int[TokenTable.TOKENS];
    private final int[] powers = new int[TokenTable.TOKENS];
    /** Hashes without the token's first character, which is the symbol's type when the token is a name's first. */
    private final int[] tailHashes = new int[TokenTable.TOKENS];

    private final int[] lengths = new int[TokenTable.TOKENS];

    void setToken(int token, byte[] text, int start, int length) {
        int power = 1;
        for (int at = start; at < start + length; at++) {
            int character = text[at] & 0xFF;
            hashes[token] = 31 * hashes[token] + character;
            tailHashes[token] = at == start ? 0 : 31 * tailHashes[token] + character;
            power *= 31;
        }
        powers[token] = power;
        lengths[token] = length == 0 ? EMPTY_TOKEN : length;
    }

    /**
     * Hashes all names, each without its type.
     *
     * @param names where each name is a length and that many tokens
     * @param positions where each name starts
     * @param longest most characters a name and its type may have
     * @return null when one is longer, uses an empty token or has no character behind the type
     */
    int @Nullable [] all(byte[] names, int[] positions, int longest) {
        int[] result = new int[positions.length];
        for (int from = 0; from < result.length; from += BLOCK) {
            if (!block(names, positions, from, Math.min(result.length, from + BLOCK), longest, result)) {
                return null;
            }
        }
        return result;
    }

    private boolean block(byte[] names, int[] positions, int from, int to, int longest, int[] result) {
        for (int symbol = from; symbol < to; symbol++) {
            int at = positions[symbol];
            int count = names[at++];
            if (count < 0) {
                count = NameTable.bigLength(names, at++ - 1);
            }
            int token = names[at] & 0xFF;
            int end = at + count;
            int length = lengths[token];
            int hash = tailHashes[token];
            for (at++; at < end; at++) {
                token = names[at] & 0xFF;
                length += lengths[token];
                hash = hash * powers[token] + hashes[token];
            }
            if (length < 2 || length > longest) {
                return false;
            }
            result[symbol] = hash;
        }
        return true;
    }
}
