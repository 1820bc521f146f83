package io.memflow.core.record;

/** What lies at a field's offset, and the Java type it becomes. Immutable. */
public sealed interface FieldType {
    /** Bytes it takes in memory. */
    int bytes();

    /** The type of the record component that holds it. */
    Class<?> javaType();

    /** A number or a pointer. */
    enum Scalar implements FieldType {
        BYTE(1, byte.class),
        SHORT(2, short.class),
        INT(4, int.class),
        LONG(8, long.class),
        /** One byte, zero-extended to an {@code int}. */
        UNSIGNED_BYTE(1, int.class),
        /** Two bytes, zero-extended to an {@code int}. */
        UNSIGNED_SHORT(2, int.class),
        /** Four bytes, zero-extended to a {@code long}. */
        UNSIGNED_INT(4, long.class),
        FLOAT(4, float.class),
        DOUBLE(8, double.class),
        /** A pointer of 32 bits, zero-extended; it may be null. */
        POINTER_32(4, long.class),
        /** A pointer of 64 bits; it may be null. */
        POINTER_64(8, long.class);

        private final int bytes;
        private final Class<?> javaType;

        Scalar(int bytes, Class<?> javaType) {
            this.bytes = bytes;
            this.javaType = javaType;
        }

        @Override
        public int bytes() {
            return bytes;
        }

        @Override
        public Class<?> javaType() {
            return javaType;
        }
    }

    /**
     * An array of fixed length, which becomes an array of the element's Java type.
     *
     * @param length elements, one or more
     */
    record Array(Scalar element, int length) implements FieldType {
        public Array {
            if (length < 1 || length > Integer.MAX_VALUE / element.bytes()) {
                throw new IllegalArgumentException("an array of " + length + " elements of " + element);
            }
        }

        @Override
        public int bytes() {
            return element.bytes() * length;
        }

        @Override
        public Class<?> javaType() {
            return element.javaType().arrayType();
        }
    }

    /**
     * Text in an array of fixed length, up to the first zero or all of it, which becomes a {@link String}. Bytes that are
     * not of the encoding become U+FFFD, so that one odd name does not cost a row.
     *
     * @param bytes length of the array, one or more; even for UTF-16
     */
    record Text(Encoding encoding, int bytes) implements FieldType {
        /** How characters are stored. */
        public enum Encoding {
            UTF_8(1),
            /** In the view's byte order. */
            UTF_16(2);

            private final int unit;

            Encoding(int unit) {
                this.unit = unit;
            }

            int unit() {
                return unit;
            }
        }

        public Text {
            if (bytes < 1 || bytes % encoding.unit() != 0) {
                throw new IllegalArgumentException("text of " + bytes + " bytes of " + encoding);
            }
        }

        @Override
        public Class<?> javaType() {
            return String.class;
        }
    }

    /** A structure inside the structure, which becomes a record. */
    record Nested(RecordLayout<?> layout) implements FieldType {
        @Override
        public int bytes() {
            return layout.fields().bytes();
        }

        @Override
        public Class<?> javaType() {
            return layout.recordType();
        }
    }
}
