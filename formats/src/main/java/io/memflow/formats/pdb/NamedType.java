package io.memflow.formats.pdb;

import org.jspecify.annotations.Nullable;

/**
 * The record of a structure, union or enum, without its members.
 *
 * @param kind of the record
 * @param properties flags
 * @param fields the list of its members; 0 for none
 * @param underlying the type of an enum's values; 0 for others
 * @param bytes size of a structure or union; 0 for an enum
 * @param name as the source has it, scopes in front
 * @param uniqueName decorated; null when the record has none
 */
record NamedType(
        int kind,
        int properties,
        int fields,
        int underlying,
        long bytes,
        String name,
        @Nullable String uniqueName) {
    /** What compilers write for a type without a name. */
    private static final String UNNAMED = "<unnamed-";

    private static final String ANONYMOUS = "<anonymous-";

    static NamedType read(TypeStream types, int index) {
        return read(types.open(index), types.kind(index));
    }

    private static NamedType read(TypeCursor record, int kind) {
        Fields fields = fields(record, kind);
        String name = record.text();
        boolean hasUnique = (fields.properties & Leaf.PROPERTY_UNIQUE_NAME) != 0 && record.hasMore();
        return new NamedType(
                kind,
                fields.properties,
                fields.list,
                fields.underlying,
                fields.bytes,
                name,
                hasUnique ? record.text() : null);
    }

    /** What lies before the name. */
    record Fields(int properties, int list, int underlying, long bytes) {}

    /** Reads up to the name. */
    static Fields fields(TypeCursor record, int kind) {
        if (Leaf.isWide(kind)) {
            int properties = record.s32();
            int list = record.s32();
            if (Leaf.isStructure(kind)) {
                record.skip(2 * Integer.BYTES);
            }
            record.number();
            return new Fields(properties, list, 0, size(record));
        }
        record.skip(Short.BYTES);
        int properties = record.u16();
        if (kind == Leaf.ENUM) {
            int underlying = record.s32();
            return new Fields(properties, record.s32(), underlying, 0);
        }
        int list = record.s32();
        if (Leaf.isStructure(kind)) {
            // What it is derived from, and the shape of its virtual table.
            record.skip(2 * Integer.BYTES);
        }
        return new Fields(properties, list, 0, size(record));
    }

    private static long size(TypeCursor record) {
        long bytes = record.number();
        if (bytes < 0 || bytes > Integer.MAX_VALUE) {
            throw PdbLimits.malformed(record.position(), "a structure of %d bytes".formatted(bytes));
        }
        return bytes;
    }

    boolean isForward() {
        return (properties & Leaf.PROPERTY_FORWARD) != 0;
    }

    boolean isAnonymous() {
        return isAnonymous(name);
    }

    static boolean isAnonymous(String name) {
        int scope = name.lastIndexOf("::");
        String last = scope < 0 ? name : name.substring(scope + 2);
        return last.startsWith(UNNAMED) || last.startsWith(ANONYMOUS) || last.equals("__unnamed");
    }

    /** The word in front of its name in C. */
    String keyword() {
        return switch (kind) {
            case Leaf.UNION, Leaf.UNION_2 -> "union";
            case Leaf.ENUM -> "enum";
            case Leaf.CLASS, Leaf.CLASS_2 -> "class";
            case Leaf.INTERFACE, Leaf.INTERFACE_2 -> "interface";
            default -> "struct";
        };
    }

    /** Whether another record can be of the same type: classes are declared as structs now and then. */
    boolean isLike(int otherKind) {
        return Leaf.isStructure(kind)
                ? Leaf.isStructure(otherKind)
                : Leaf.isUnion(kind) ? Leaf.isUnion(otherKind) : kind == otherKind;
    }
}
