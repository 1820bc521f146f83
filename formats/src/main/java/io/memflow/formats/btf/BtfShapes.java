package io.memflow.formats.btf;

import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import io.memflow.core.symbol.TypeShape.Integral.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Describes whole types, each when it is asked for. Thread-safe. */
final class BtfShapes {
    /** Bits of an INT's encoding (include/uapi/linux/btf.h): BTF_INT_SIGNED, BTF_INT_CHAR, BTF_INT_BOOL. */
    private static final int SIGNED = 1;

    private static final int CHARACTER = 2;
    private static final int BOOLEAN = 4;

    private final BtfTypes types;
    private final BtfStrings strings;
    private final BtfLayout layout;
    private final BtfTypeText text;
    private final IntFunction<List<TypeShape.Enumerator>> enumerators;

    BtfShapes(
            BtfTypes types, BtfStrings strings, BtfLayout layout, IntFunction<List<TypeShape.Enumerator>> enumerators) {
        this.types = types;
        this.strings = strings;
        this.layout = layout;
        this.enumerators = enumerators;
        text = new BtfTypeText(types, strings);
    }

    TypeReference reference(int id) {
        return new Reference(this, id);
    }

    private record Reference(BtfShapes shapes, int id) implements TypeReference {
        @Override
        public String name() {
            return shapes.text.describe(id);
        }

        @Override
        public TypeShape shape() {
            return shapes.shape(id);
        }
    }

    private TypeShape shape(int id) {
        int type = layout.resolve(id);
        long bytes = layout.size(type);
        return switch (types.kind(type)) {
            case BtfKind.INT -> new TypeShape.Integral(bytes, encoding(types.extra(type, 0) >>> 24 & 0xF));
            case BtfKind.FLOAT -> new TypeShape.Real(bytes);
            case BtfKind.PTR -> new TypeShape.Pointer(bytes, reference(types.sizeOrType(type)));
            case BtfKind.ARRAY ->
                new TypeShape.Array(
                        bytes, Integer.toUnsignedLong(types.extra(type, 2)), reference(types.extra(type, 0)));
            case BtfKind.ENUM, BtfKind.ENUM64 -> new TypeShape.Enumeration(bytes, enumerators.apply(type));
            case BtfKind.STRUCT -> structure(type, bytes, TypeShape.Structure.Layout.STRUCT);
            case BtfKind.UNION -> structure(type, bytes, TypeShape.Structure.Layout.UNION);
            default -> new TypeShape.Opaque();
        };
    }

    private static Encoding encoding(int bits) {
        if ((bits & BOOLEAN) != 0) {
            return Encoding.BOOLEAN;
        }
        if ((bits & CHARACTER) != 0) {
            return Encoding.CHARACTER;
        }
        return (bits & SIGNED) != 0 ? Encoding.SIGNED : Encoding.UNSIGNED;
    }

    private TypeShape structure(int type, long bytes, TypeShape.Structure.Layout kind) {
        List<TypeShape.Member> members = new ArrayList<>();
        for (int index = 0; index < types.entries(type); index++) {
            members.add(new TypeShape.Member(
                    strings.get(layout.memberName(type, index)),
                    reference(layout.memberType(type, index)),
                    layout.memberBitOffset(type, index),
                    layout.memberBitSize(type, index)));
        }
        return new TypeShape.Structure(bytes, kind, members);
    }
}
