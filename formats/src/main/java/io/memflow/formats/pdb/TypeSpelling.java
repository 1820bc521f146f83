package io.memflow.formats.pdb;

/** Spells types the way C does, as far as a reader needs it to recognise them. Thread-safe. */
final class TypeSpelling {
    private static final int CONST = 1;
    private static final int VOLATILE = 2;
    private static final int MODE_SHIFT = 5;
    private static final int MODE = 7;

    private final TypeStream types;
    private final PdbShapes shapes;

    TypeSpelling(TypeStream types, PdbShapes shapes) {
        this.types = types;
        this.shapes = shapes;
    }

    String of(int start) {
        StringBuilder suffix = new StringBuilder();
        StringBuilder qualifiers = new StringBuilder();
        int index = start;
        for (int depth = 0; depth < PdbLimits.DEEPEST; depth++) {
            if (Integer.compareUnsigned(index, TypeStream.FIRST_RECORD) < 0) {
                return joined(qualifiers, BasicType.name(index), suffix);
            }
            TypeCursor record = types.open(index);
            int kind = types.kind(index);
            switch (kind) {
                case Leaf.POINTER -> index = pointer(record, suffix);
                case Leaf.ARRAY -> {
                    index = record.s32();
                    suffix.append('[').append(length(record, index)).append(']');
                }
                case Leaf.MODIFIER -> {
                    index = record.s32();
                    int flags = record.u16();
                    qualifiers.append((flags & CONST) != 0 ? "const " : "");
                    qualifiers.append((flags & VOLATILE) != 0 ? "volatile " : "");
                }
                case Leaf.BIT_FIELD -> index = record.s32();
                case Leaf.PROCEDURE, Leaf.MEMBER_FUNCTION -> {
                    suffix.append("(...)");
                    index = record.s32();
                }
                default -> {
                    return joined(qualifiers, named(index, kind), suffix);
                }
            }
        }
        throw PdbLimits.malformed(
                start, "type 0x%x leads through more than %d types".formatted(start, PdbLimits.DEEPEST));
    }

    private static String joined(StringBuilder qualifiers, String name, StringBuilder suffix) {
        return qualifiers + name + (suffix.isEmpty() ? "" : " ") + suffix;
    }

    private int pointer(TypeCursor record, StringBuilder suffix) {
        int target = record.s32();
        int attributes = record.s32();
        suffix.insert(
                0,
                switch (attributes >> MODE_SHIFT & MODE) {
                    case 1 -> "&";
                    case 4 -> "&&";
                    default -> "*";
                });
        int kind = types.has(target) ? types.kind(target) : 0;
        if (kind == Leaf.PROCEDURE || kind == Leaf.MEMBER_FUNCTION || kind == Leaf.ARRAY) {
            suffix.insert(0, '(').append(')');
        }
        return target;
    }

    private long length(TypeCursor array, int element) {
        array.skip(Integer.BYTES);
        long bytes = array.number();
        long each = shapes.reference(element).shape().bytes();
        return each == 0 ? 0 : bytes / each;
    }

    private String named(int index, int kind) {
        if (kind == Leaf.ALIAS) {
            TypeCursor record = types.open(index);
            record.skip(Integer.BYTES);
            return record.text();
        }
        if (!Leaf.isNamed(kind)) {
            return "<record 0x%x>".formatted(kind);
        }
        NamedType type = NamedType.read(types, index);
        return type.keyword() + " " + (type.isAnonymous() ? "{...}" : type.name());
    }
}
