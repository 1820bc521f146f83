package io.memflow.core.symbol;

import java.util.Optional;

/** Finds members of structures through anonymous ones. Stateless. */
final class MemberSearch {
    /** Real nesting of anonymous structures is under ten deep. */
    private static final int DEEPEST = 32;

    private MemberSearch() {}

    static Optional<TypedValue> find(TypedValue value, String name) {
        return find(value, name, 0);
    }

    private static Optional<TypedValue> find(TypedValue value, String name, int depth) {
        if (depth > DEEPEST || !(value.type().shape() instanceof TypeShape.Structure structure)) {
            return Optional.empty();
        }
        for (TypeShape.Member member : structure.members()) {
            TypedValue inner = place(value, member);
            if (member.name().equals(name) && !name.isEmpty()) {
                return Optional.of(inner);
            }
            if (member.name().isEmpty()) {
                Optional<TypedValue> found = find(inner, name, depth + 1);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** The member of a structure's value. */
    static TypedValue place(TypedValue outer, TypeShape.Member member) {
        long address = outer.address() + member.bitOffset() / Byte.SIZE;
        TypedValue.Bits bits = member.bitSize() == 0
                ? null
                : new TypedValue.Bits((int) (member.bitOffset() % Byte.SIZE), member.bitSize());
        return new TypedValue(outer.memory(), address, member.type(), bits);
    }
}
