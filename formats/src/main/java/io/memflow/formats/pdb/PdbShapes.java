package io.memflow.formats.pdb;

import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;

/** Describes types, each when it is asked for. Thread-safe. */
final class PdbShapes {
    private final TypeStream types;
    private final TypeNameIndex names;
    private final TypeSpelling spelling;

    PdbShapes(TypeStream types, TypeNameIndex names) {
        this.types = types;
        this.names = names;
        spelling = new TypeSpelling(types, this);
    }

    TypeReference reference(int index) {
        return new Reference(this, index);
    }

    private record Reference(PdbShapes shapes, int index) implements TypeReference {
        @Override
        public String name() {
            return shapes.spelling.of(index);
        }

        @Override
        public TypeShape shape() {
            return shapes.shape(index, 0);
        }
    }

    private TypeShape shape(int start, int depth) {
        int index = start;
        for (int steps = depth; steps < PdbLimits.DEEPEST; steps++) {
            if (Integer.compareUnsigned(index, TypeStream.FIRST_RECORD) < 0) {
                return BasicType.shape(index, this::reference);
            }
            int kind = types.kind(index);
            if (kind != Leaf.MODIFIER && kind != Leaf.ALIAS && kind != Leaf.BIT_FIELD) {
                return concrete(index, kind, steps);
            }
            index = types.open(index).s32();
        }
        throw PdbLimits.malformed(
                start, "type 0x%x leads through more than %d types".formatted(start, PdbLimits.DEEPEST));
    }

    private TypeShape concrete(int index, int kind, int depth) {
        if (Leaf.isNamed(kind)) {
            return named(index, depth);
        }
        return switch (kind) {
            case Leaf.POINTER -> pointer(types.open(index));
            case Leaf.ARRAY -> array(types.open(index), depth);
            default -> new TypeShape.Opaque();
        };
    }

    private TypeShape pointer(TypeCursor record) {
        int target = record.s32();
        return new TypeShape.Pointer(pointerBytes(record.s32()), reference(target));
    }

    /** The size in a pointer's attributes; older compilers leave it out and say what kind of pointer it is. */
    private static int pointerBytes(int attributes) {
        int bytes = attributes >> 13 & 0x3F;
        return bytes != 0 ? bytes : (attributes & 0x1F) == 0xC ? Long.BYTES : Integer.BYTES;
    }

    private TypeShape array(TypeCursor record, int depth) {
        int element = record.s32();
        record.skip(Integer.BYTES);
        long bytes = record.number();
        if (bytes < 0) {
            throw PdbLimits.malformed(record.position(), "an array of 0x%x bytes".formatted(bytes));
        }
        long each = shape(element, depth + 1).bytes();
        return new TypeShape.Array(bytes, each == 0 ? 0 : bytes / each, reference(element));
    }

    private TypeShape named(int index, int depth) {
        NamedType type = NamedType.read(types, index);
        if (type.isForward()) {
            int definition = names.definition(type);
            if (definition == 0) {
                return new TypeShape.Opaque();
            }
            type = NamedType.read(types, definition);
        }
        FieldList list = FieldList.read(types, type.fields(), this::reference);
        if (type.kind() == Leaf.ENUM) {
            TypeShape underlying = shape(type.underlying(), depth + 1);
            return new TypeShape.Enumeration(
                    underlying.bytes(),
                    list.enumerators().stream()
                            .map(one -> fitted(one, underlying))
                            .toList());
        }
        return new TypeShape.Structure(type.bytes(), layout(type), list.members());
    }

    /** Compilers disagree on how they write a negative value; what counts is the width of the enum and its sign. */
    private static TypeShape.Enumerator fitted(TypeShape.Enumerator written, TypeShape underlying) {
        if (!(underlying instanceof TypeShape.Integral number) || number.bytes() >= Long.BYTES) {
            return written;
        }
        int unused = Long.SIZE - (int) number.bytes() * Byte.SIZE;
        long high = written.value() << unused;
        boolean isSigned = number.encoding() == TypeShape.Integral.Encoding.SIGNED;
        return new TypeShape.Enumerator(written.name(), isSigned ? high >> unused : high >>> unused);
    }

    private static TypeShape.Structure.Layout layout(NamedType type) {
        return Leaf.isUnion(type.kind()) ? TypeShape.Structure.Layout.UNION : TypeShape.Structure.Layout.STRUCT;
    }
}
