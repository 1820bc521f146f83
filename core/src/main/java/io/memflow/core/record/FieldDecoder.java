package io.memflow.core.record;

import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Turns bytes that were read into the values of fields. */
final class FieldDecoder {
    private FieldDecoder() {}

    /** A field's value as an object of its Java type. */
    static Object value(FieldType type, MemorySegment bytes, long position, ByteOrder order) {
        return switch (type) {
            case FieldType.Scalar scalar -> boxed(scalar, bytes, position, order);
            case FieldType.Array array -> array(array, bytes, position, order);
            case FieldType.Text text -> text(text, bytes, position, order);
            case FieldType.Nested nested -> nested.layout().decodeInPlace(bytes, position, order);
        };
    }

    /** An integer or pointer, extended as its type says. */
    static long integer(FieldType.Scalar scalar, MemorySegment bytes, long position, ByteOrder order) {
        long raw = ScalarLayout.get(bytes, position, scalar.bytes(), order);
        return switch (scalar) {
            case BYTE -> (byte) raw;
            case SHORT -> (short) raw;
            case INT -> (int) raw;
            case LONG, UNSIGNED_BYTE, UNSIGNED_SHORT, UNSIGNED_INT, POINTER_32, POINTER_64 -> raw;
            case FLOAT, DOUBLE -> throw new IllegalArgumentException("a " + scalar + " is no integer");
        };
    }

    /** A floating-point number. */
    static double floating(FieldType.Scalar scalar, MemorySegment bytes, long position, ByteOrder order) {
        long raw = ScalarLayout.get(bytes, position, scalar.bytes(), order);
        return switch (scalar) {
            case FLOAT -> Float.intBitsToFloat((int) raw);
            case DOUBLE -> Double.longBitsToDouble(raw);
            default -> throw new IllegalArgumentException("a " + scalar + " is no floating-point number");
        };
    }

    static String text(FieldType.Text text, MemorySegment bytes, long position, ByteOrder order) {
        int unit = text.encoding().unit();
        int length = 0;
        while (length < text.bytes() && ScalarLayout.get(bytes, position + length, unit, order) != 0) {
            length += unit;
        }
        byte[] characters = bytes.asSlice(position, length).toArray(ValueLayout.JAVA_BYTE);
        return new String(characters, charset(text.encoding(), order));
    }

    static Charset charset(FieldType.Text.Encoding encoding, ByteOrder order) {
        return switch (encoding) {
            case UTF_8 -> StandardCharsets.UTF_8;
            case UTF_16 -> order == ByteOrder.LITTLE_ENDIAN ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
        };
    }

    private static Object boxed(FieldType.Scalar scalar, MemorySegment bytes, long position, ByteOrder order) {
        return switch (scalar) {
            case BYTE -> (byte) integer(scalar, bytes, position, order);
            case SHORT -> (short) integer(scalar, bytes, position, order);
            case INT, UNSIGNED_BYTE, UNSIGNED_SHORT -> (int) integer(scalar, bytes, position, order);
            case LONG, UNSIGNED_INT, POINTER_32, POINTER_64 -> integer(scalar, bytes, position, order);
            // Not by way of a double, which would change the bits of some NaNs.
            case FLOAT -> Float.intBitsToFloat((int) ScalarLayout.get(bytes, position, Float.BYTES, order));
            case DOUBLE -> floating(scalar, bytes, position, order);
        };
    }

    private static Object array(FieldType.Array type, MemorySegment bytes, long position, ByteOrder order) {
        FieldType.Scalar element = type.element();
        Object array = Array.newInstance(element.javaType(), type.length());
        for (int i = 0; i < type.length(); i++) {
            Array.set(array, i, boxed(element, bytes, position + (long) i * element.bytes(), order));
        }
        return array;
    }
}
