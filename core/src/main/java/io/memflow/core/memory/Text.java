package io.memflow.core.memory;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text in memory: up to a terminating zero, or in an array of fixed length that zeros pad. */
final class Text {
    private Text() {}

    static Charset utf16(TypedAccess view) {
        return view.properties().byteOrder() == ByteOrder.LITTLE_ENDIAN
                ? StandardCharsets.UTF_16LE
                : StandardCharsets.UTF_16BE;
    }

    /** Text of which every byte must be of the charset. */
    static String decode(long address, byte[] bytes, Charset charset) {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException malformed) {
            throw new MemflowException(
                    ErrorOrigin.MEMORY,
                    ErrorKind.ENCODING,
                    "The %d bytes at %s are not %s.".formatted(bytes.length, Address.format(address), charset.name()),
                    malformed);
        }
    }

    /** The bytes of an array before its first zero unit, or all of them. */
    static byte[] fixed(TypedAccess view, long address, int length, int unit) {
        if (length % unit != 0) {
            throw new IllegalArgumentException(length + " bytes are no whole number of units of " + unit);
        }
        byte[] bytes = new byte[length];
        view.read(address, MemorySegment.ofArray(bytes));
        return Arrays.copyOf(bytes, lengthBeforeZero(bytes, unit));
    }

    private static int lengthBeforeZero(byte[] bytes, int unit) {
        int end = TerminatedBytes.terminator(bytes, 0, unit);
        return end < 0 ? bytes.length : end;
    }

    static void writeTerminated(TypedAccess view, long address, String text, Charset charset, int unit) {
        byte[] bytes = encode(text, charset);
        view.write(address, MemorySegment.ofArray(Arrays.copyOf(bytes, bytes.length + unit)));
    }

    static void writeFixed(TypedAccess view, long address, String text, Charset charset, int length) {
        byte[] bytes = encode(text, charset);
        if (bytes.length > length) {
            throw new MemflowException(
                    ErrorOrigin.MEMORY,
                    ErrorKind.OUT_OF_BOUNDS,
                    "The text takes %d bytes, more than the %d of the array at %s, which was not written."
                            .formatted(bytes.length, length, Address.format(address)));
        }
        view.write(address, MemorySegment.ofArray(Arrays.copyOf(bytes, length)));
    }

    /** Text that reads back as it was: without a zero inside, and without a surrogate that stands alone. */
    private static byte[] encode(String text, Charset charset) {
        int zero = text.indexOf('\0');
        if (zero >= 0) {
            throw new MemflowException(
                    ErrorOrigin.MEMORY,
                    ErrorKind.ENCODING,
                    "The text holds a zero at index %d and would end there when read back: write bytes instead."
                            .formatted(zero));
        }
        try {
            ByteBuffer encoded = charset.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException malformed) {
            throw new MemflowException(
                    ErrorOrigin.MEMORY,
                    ErrorKind.ENCODING,
                    "The text cannot be written as %s: one of its surrogates stands alone.".formatted(charset.name()),
                    malformed);
        }
    }
}
