package io.memflow.formats.pdb;

import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** The members of a structure or the names of an enum, out of their list of fields. Confined. */
final class FieldList {
    private final TypeStream types;
    private final IntFunction<TypeReference> references;
    private final List<TypeShape.Member> members = new ArrayList<>();
    private final List<TypeShape.Enumerator> enumerators = new ArrayList<>();
    /** Where the list goes on; 0 at its end. */
    private int continuation;

    private FieldList(TypeStream types, IntFunction<TypeReference> references) {
        this.types = types;
        this.references = references;
    }

    /** @param index of the list; 0 for a type without members */
    static FieldList read(TypeStream types, int index, IntFunction<TypeReference> references) {
        FieldList list = new FieldList(types, references);
        list.continuation = index;
        for (int part = 0; list.continuation != 0; part++) {
            int next = list.continuation;
            list.continuation = 0;
            if (types.kind(next) != Leaf.FIELD_LIST || part > PdbLimits.MOST_CONTINUATIONS) {
                throw PdbLimits.malformed(
                        next, "a list of members leads to type 0x%x, which does not go on with it".formatted(next));
            }
            list.add(types.open(next));
        }
        return list;
    }

    List<TypeShape.Member> members() {
        return members;
    }

    List<TypeShape.Enumerator> enumerators() {
        return enumerators;
    }

    private void add(TypeCursor fields) {
        fields.skipPadding();
        while (fields.hasMore()) {
            if (members.size() + enumerators.size() > PdbLimits.MOST_MEMBERS) {
                throw PdbLimits.malformed(
                        fields.position(), "a type of more than %d members".formatted(PdbLimits.MOST_MEMBERS));
            }
            field(fields, fields.u16());
            fields.skipPadding();
        }
    }

    private void field(TypeCursor fields, int kind) {
        // Attributes, or two bytes of padding, begin each of them.
        int attributes = fields.u16();
        switch (kind) {
            case Leaf.MEMBER -> {
                int type = fields.s32();
                long offset = fields.number();
                addMember(fields, fields.text(), type, offset);
            }
            case Leaf.BASE_CLASS, Leaf.BASE_INTERFACE -> {
                int type = fields.s32();
                // As an anonymous structure, whose members count as those of the outer one.
                addMember(fields, "", type, fields.number());
            }
            case Leaf.ENUMERATE -> {
                long value = fields.number();
                enumerators.add(new TypeShape.Enumerator(fields.text(), value));
            }
            case Leaf.INDEX -> continuation = fields.s32();
            case Leaf.VIRTUAL_BASE, Leaf.INDIRECT_VIRTUAL_BASE -> {
                fields.skip(2 * Integer.BYTES);
                fields.number();
                fields.number();
            }
            case Leaf.VIRTUAL_TABLE, Leaf.FRIEND_CLASS -> fields.skip(Integer.BYTES);
            case Leaf.VIRTUAL_TABLE_OFFSET -> fields.skip(2 * Integer.BYTES);
            case Leaf.STATIC_MEMBER, Leaf.METHOD, Leaf.NESTED_TYPE, Leaf.NESTED_TYPE_EXTENDED, Leaf.FRIEND_FUNCTION -> {
                fields.skip(Integer.BYTES);
                fields.skipText();
            }
            case Leaf.ONE_METHOD -> {
                fields.skip(Integer.BYTES + (introducesVirtual(attributes) ? Integer.BYTES : 0));
                fields.skipText();
            }
            default ->
                throw PdbLimits.malformed(fields.position(), "a member of the unknown kind 0x%x".formatted(kind));
        }
    }

    /** Methods that have a new place in the virtual table say which ({@code CV_MTintro}, {@code CV_MTpureintro}). */
    private static boolean introducesVirtual(int attributes) {
        int property = attributes >> 2 & 7;
        return property == 4 || property == 6;
    }

    private void addMember(TypeCursor fields, String name, int type, long offset) {
        if (offset < 0 || offset > Integer.MAX_VALUE) {
            throw PdbLimits.malformed(fields.position(), "a member at 0x%x".formatted(offset));
        }
        long bits = offset * Byte.SIZE;
        if (types.has(type) && types.kind(type) == Leaf.BIT_FIELD) {
            TypeCursor field = types.open(type);
            int declared = field.s32();
            int width = field.u8();
            int position = field.u8();
            if (width == 0 || width > 2 * Long.SIZE) {
                throw PdbLimits.malformed(field.position(), "a bit-field of %d bits".formatted(width));
            }
            members.add(new TypeShape.Member(name, references.apply(declared), bits + position, width));
        } else {
            members.add(new TypeShape.Member(name, references.apply(type), bits, 0));
        }
    }
}
