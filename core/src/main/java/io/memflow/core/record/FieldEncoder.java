package io.memflow.core.record;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/** Turns the values of fields into bytes that read back as the same values; what cannot is refused. Stateless. */
final class FieldEncoder {
    /** What a reader makes of bytes that are not of the encoding. */
    private static final char REPLACEMENT = '\uFFFD';

    private FieldEncoder() {}

    /**
     * Writes a value of the type's Java type.
     *
     * @throws MemflowException when the field cannot hold it
     * @throws IllegalArgumentException when it is of another type
     */
    static void value(FieldType type, Object value, MemorySegment bytes, long position, ByteOrder order) {
        switch (type) {
            case FieldType.Scalar scalar -> scalar(scalar, value, bytes, position, order);
            case FieldType.Array array -> array(array, value, bytes, position, order);
            case FieldType.Text text -> text(text, value, bytes, position, order);
            case FieldType.Nested nested -> nested.layout().encodeInPlace(value, bytes, position, order);
        }
    }

    /** Writes an integer or pointer. */
    static void integer(FieldType.Scalar scalar, long value, MemorySegment bytes, long position, ByteOrder order) {
        boolean fits = switch (scalar) {
            case BYTE -> value == (byte) value;
            case SHORT -> value == (short) value;
            case INT -> value == (int) value;
            case UNSIGNED_BYTE, UNSIGNED_SHORT, UNSIGNED_INT, POINTER_32 ->
                (value >>> (scalar.bytes() * Byte.SIZE)) == 0;
            case LONG, POINTER_64 -> true;
            case FLOAT, DOUBLE -> throw new IllegalArgumentException("a " + scalar + " is no integer");
        };
        if (!fits) {
            throw new MemflowException(
                    ErrorOrigin.MEMORY,
                    ErrorKind.OUT_OF_BOUNDS,
                    "A field of type %s cannot hold %d; nothing of its structure was written."
                            .formatted(scalar, value));
        }
        ScalarLayout.set(bytes, position, scalar.bytes(), order, value);
    }

    /** Writes a floating-point number, of a FLOAT the nearest. */
    static void floating(FieldType.Scalar scalar, double value, MemorySegment bytes, long position, ByteOrder order) {
        long raw = switch (scalar) {
            case FLOAT -> Float.floatToRawIntBits((float) value);
            case DOUBLE -> Double.doubleToRawLongBits(value);
            default -> throw new IllegalArgumentException("a " + scalar + " is no floating-point number");
        };
        ScalarLayout.set(bytes, position, scalar.bytes(), order, raw);
    }

    private static void scalar(
            FieldType.Scalar scalar, Object value, MemorySegment bytes, long position, ByteOrder order) {
        boolean isFloating = scalar == FieldType.Scalar.FLOAT || scalar == FieldType.Scalar.DOUBLE;
        switch (value) {
            // Not by way of a double, which would change the bits of some NaNs.
            case Float number
            when scalar == FieldType.Scalar.FLOAT ->
                ScalarLayout.set(bytes, position, Float.BYTES, order, Float.floatToRawIntBits(number));
            case Float number when isFloating -> floating(scalar, number, bytes, position, order);
            case Double number when isFloating -> floating(scalar, number, bytes, position, order);
            case Byte number when !isFloating -> integer(scalar, number, bytes, position, order);
            case Short number when !isFloating -> integer(scalar, number, bytes, position, order);
            case Integer number when !isFloating -> integer(scalar, number, bytes, position, order);
            case Long number when !isFloating -> integer(scalar, number, bytes, position, order);
            default -> throw new IllegalArgumentException("a " + scalar + " cannot be " + value);
        }
    }

    private static void array(FieldType.Array type, Object array, MemorySegment bytes, long position, ByteOrder order) {
        FieldType.Scalar element = type.element();
        if (!type.javaType().isInstance(array) || Array.getLength(array) != type.length()) {
            throw new IllegalArgumentException("a field of %d elements of %s was given %s"
                    .formatted(
                            type.length(),
                            element,
                            type.javaType().isInstance(array)
                                    ? Array.getLength(array) + " of them"
                                    : "something else"));
        }
        for (int i = 0; i < type.length(); i++) {
            scalar(element, Array.get(array, i), bytes, position + (long) i * element.bytes(), order);
        }
    }

    /** The characters, and zeros in the rest of the array. */
    private static void text(FieldType.Text type, Object value, MemorySegment bytes, long position, ByteOrder order) {
        if (!(value instanceof String text)) {
            throw new IllegalArgumentException("a text cannot be " + value);
        }
        if (text.indexOf(0) >= 0 || text.indexOf(REPLACEMENT) >= 0) {
            throw refused(text, "holds a zero, or U+FFFD in place of bytes that were no text");
        }
        byte[] characters;
        try {
            ByteBuffer encoded =
                    FieldDecoder.charset(type.encoding(), order).newEncoder().encode(CharBuffer.wrap(text));
            characters = new byte[encoded.remaining()];
            encoded.get(characters);
        } catch (CharacterCodingException loneSurrogate) {
            throw refused(text, "holds a surrogate that stands alone");
        }
        if (characters.length > type.bytes()) {
            throw refused(
                    text, "takes %d bytes, more than the %d of its field".formatted(characters.length, type.bytes()));
        }
        byte[] padded = Arrays.copyOf(characters, type.bytes());
        MemorySegment.copy(padded, 0, bytes, ValueLayout.JAVA_BYTE, position, padded.length);
    }

    private static MemflowException refused(String text, String reason) {
        return new MemflowException(
                ErrorOrigin.MEMORY,
                ErrorKind.ENCODING,
                "The text \"%s\" %s; nothing of its structure was written.".formatted(text, reason));
    }
}
