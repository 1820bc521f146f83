package io.memflow.os.windows.pool;

/**
 * The four characters that a kernel component marks its pool memory with ({@code POOL_HEADER.PoolTag}). Immutable.
 *
 * @param number the characters, the first in the lowest byte, without the highest bit
 */
public record PoolTag(int number) {
    /** The last byte's upper bit marked objects that only the kernel may free ({@code PROTECTED_POOL}), until Windows 7. */
    private static final int PROTECTED = 0x8000_0000;

    private static final int CHARACTERS = 4;

    /** A tag as it is written in sources, such as {@code Driv}. */
    public static PoolTag of(String characters) {
        if (characters.length() != CHARACTERS) {
            throw new IllegalArgumentException("a pool tag has four characters, not \"" + characters + "\"");
        }
        int number = 0;
        for (int i = CHARACTERS - 1; i >= 0; i--) {
            number = number << Byte.SIZE | characters.charAt(i);
        }
        return new PoolTag(number);
    }

    /** Whether a header has it, protected or not. */
    boolean isIn(int stored) {
        return (stored & ~PROTECTED) == number;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            text.append((char) (number >>> shift & 0xFF));
        }
        return text.toString();
    }
}
