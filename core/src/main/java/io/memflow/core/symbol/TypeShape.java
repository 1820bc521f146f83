package io.memflow.core.symbol;

import java.util.List;
import java.util.Optional;

/**
 * What a type of the target looks like in memory. Typedefs and qualifiers are looked through; {@link TypeReference} keeps
 * how the type was spelt. Immutable.
 */
public sealed interface TypeShape {
    /** Bytes a value takes; 0 for what has no size, such as {@code void} and functions. */
    long bytes();

    /** An integer of 1 to 16 bytes. */
    record Integral(long bytes, Encoding encoding) implements TypeShape {
        /** How the bits are meant. */
        public enum Encoding {
            UNSIGNED,
            SIGNED,
            BOOLEAN,
            CHARACTER
        }
    }

    /** A floating-point number (IEEE 754). */
    record Real(long bytes) implements TypeShape {}

    /** A pointer to a type. */
    record Pointer(long bytes, TypeReference target) implements TypeShape {}

    /** Elements of one type, one behind the other; none when the length is left open. */
    record Array(long bytes, long length, TypeReference element) implements TypeShape {}

    /** An enum. */
    record Enumeration(long bytes, List<Enumerator> enumerators) implements TypeShape {
        public Enumeration {
            enumerators = List.copyOf(enumerators);
        }

        /** The first enumerator of that value. */
        public Optional<String> name(long value) {
            return enumerators.stream()
                    .filter(candidate -> candidate.value() == value)
                    .map(Enumerator::name)
                    .findFirst();
        }
    }

    /** One name of an enum; its value is sign-extended when the enum is signed. */
    record Enumerator(String name, long value) {}

    /** A struct or union. */
    record Structure(long bytes, Layout layout, List<Member> members) implements TypeShape {
        public Structure {
            members = List.copyOf(members);
        }

        /** How members lie. */
        public enum Layout {
            STRUCT,
            UNION
        }
    }

    /**
     * One member of a struct or union.
     *
     * @param name empty for an anonymous struct or union, whose members count as those of the outer one
     * @param bitOffset offset from the start of the structure, in bits
     * @param bitSize width of a bit-field in bits; 0 for an ordinary member
     */
    record Member(String name, TypeReference type, long bitOffset, int bitSize) {}

    /** A type without contents known here: {@code void}, a function, a structure that is only declared. */
    record Opaque() implements TypeShape {
        @Override
        public long bytes() {
            return 0;
        }
    }
}
