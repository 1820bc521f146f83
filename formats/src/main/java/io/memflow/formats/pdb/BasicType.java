package io.memflow.formats.pdb;

import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import io.memflow.core.symbol.TypeShape.Integral.Encoding;
import java.util.function.IntFunction;

/**
 * Types without a record: the low byte of their number says what they are, the bits above whether it is a pointer to that
 * ({@code TYPE_ENUM_e}; microsoft-pdb, {@code cvinfo.h}). Stateless.
 */
final class BasicType {
    private static final int KIND = 0xFF;
    private static final int MODE_SHIFT = 8;
    private static final int MODE = 0x7;

    private BasicType() {}

    /** What a number below the first record stands for. */
    static TypeShape shape(int index, IntFunction<TypeReference> types) {
        int pointerBytes = pointerBytes(index);
        return pointerBytes == 0 ? plain(index & KIND) : new TypeShape.Pointer(pointerBytes, types.apply(index & KIND));
    }

    /** Bytes of the pointer that the number's mode says; 0 for the type itself. */
    private static int pointerBytes(int index) {
        return switch (index >> MODE_SHIFT & MODE) {
            case 0 -> 0;
            case 1 -> 2;
            case 2, 3, 4 -> 4;
            case 5 -> 6;
            case 6 -> 8;
            default -> 16;
        };
    }

    private static TypeShape plain(int kind) {
        return switch (kind) {
            case 0x10, 0x68 -> number(1, Encoding.SIGNED);
            case 0x11, 0x72 -> number(2, Encoding.SIGNED);
            case 0x12, 0x74, 0x08 -> number(4, Encoding.SIGNED);
            case 0x13, 0x76 -> number(8, Encoding.SIGNED);
            case 0x14, 0x78 -> number(16, Encoding.SIGNED);
            case 0x20, 0x69 -> number(1, Encoding.UNSIGNED);
            case 0x21, 0x73 -> number(2, Encoding.UNSIGNED);
            case 0x22, 0x75 -> number(4, Encoding.UNSIGNED);
            case 0x23, 0x77 -> number(8, Encoding.UNSIGNED);
            case 0x24, 0x79 -> number(16, Encoding.UNSIGNED);
            case 0x30 -> number(1, Encoding.BOOLEAN);
            case 0x31 -> number(2, Encoding.BOOLEAN);
            case 0x32 -> number(4, Encoding.BOOLEAN);
            case 0x33 -> number(8, Encoding.BOOLEAN);
            case 0x70, 0x7C -> number(1, Encoding.CHARACTER);
            case 0x71, 0x7A -> number(2, Encoding.UNSIGNED);
            case 0x7B -> number(4, Encoding.UNSIGNED);
            case 0x46 -> new TypeShape.Real(2);
            case 0x40, 0x45 -> new TypeShape.Real(4);
            case 0x44 -> new TypeShape.Real(6);
            case 0x41 -> new TypeShape.Real(8);
            case 0x42 -> new TypeShape.Real(10);
            case 0x43 -> new TypeShape.Real(16);
            default -> new TypeShape.Opaque();
        };
    }

    private static TypeShape number(int bytes, Encoding encoding) {
        return new TypeShape.Integral(bytes, encoding);
    }

    /** As C spells it. */
    static String name(int index) {
        String plain = plainName(index & KIND);
        return pointerBytes(index) == 0 ? plain : plain + " *";
    }

    private static String plainName(int kind) {
        return switch (kind) {
            case 0x03 -> "void";
            case 0x08 -> "HRESULT";
            case 0x10 -> "signed char";
            case 0x20 -> "unsigned char";
            case 0x70 -> "char";
            case 0x7C -> "char8_t";
            case 0x71 -> "wchar_t";
            case 0x7A -> "char16_t";
            case 0x7B -> "char32_t";
            case 0x68 -> "__int8";
            case 0x69 -> "unsigned __int8";
            case 0x11, 0x72 -> "short";
            case 0x21, 0x73 -> "unsigned short";
            case 0x12 -> "long";
            case 0x22 -> "unsigned long";
            case 0x74 -> "int";
            case 0x75 -> "unsigned int";
            case 0x13, 0x76 -> "__int64";
            case 0x23, 0x77 -> "unsigned __int64";
            case 0x14, 0x78 -> "__int128";
            case 0x24, 0x79 -> "unsigned __int128";
            case 0x30, 0x31, 0x32, 0x33 -> "bool";
            case 0x40, 0x45 -> "float";
            case 0x41 -> "double";
            case 0x42 -> "long double";
            case 0x43 -> "__float128";
            case 0x46 -> "_Float16";
            default -> "<type 0x%x>".formatted(kind);
        };
    }
}
