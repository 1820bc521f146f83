package io.memflow.formats.btf;

import io.memflow.core.symbol.MemberLocation;
import org.jspecify.annotations.Nullable;

/** Sizes and member offsets, computed from the types. Thread-safe. */
final class BtfLayout {
    /** Real chains of typedefs, qualifiers and arrays, and real nesting of anonymous members, are under ten deep. */
    static final int MAX_DEPTH = 64;

    private static final byte[][] LONG_NAMES = {
        BtfStrings.encode("long unsigned int"),
        BtfStrings.encode("unsigned long"),
        BtfStrings.encode("long int"),
        BtfStrings.encode("long")
    };

    private final BtfTypes types;
    private final BtfStrings strings;
    /** Bytes of a pointer; 0 until asked for. Threads that race compute the same value. */
    private volatile int pointerBytes;

    BtfLayout(BtfTypes types, BtfStrings strings) {
        this.types = types;
        this.strings = strings;
    }

    /** The type behind typedefs and qualifiers. */
    int resolve(int id) {
        int resolved = id;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            if (!BtfKind.isTransparent(types.kind(resolved))) {
                return resolved;
            }
            resolved = types.sizeOrType(resolved);
        }
        throw tooDeep(id);
    }

    /** Size in bytes; 0 for void, functions, variables and undefined structures. */
    long size(int id) {
        long count = 1;
        int type = id;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            type = resolve(type);
            if (types.kind(type) != BtfKind.ARRAY) {
                return checkedProduct(id, count, elementSize(type));
            }
            count = checkedProduct(id, count, Integer.toUnsignedLong(types.extra(type, 2)));
            type = types.extra(type, 0);
        }
        throw tooDeep(id);
    }

    private static long checkedProduct(int id, long left, long right) {
        // Both factors are not negative; sizes above 2^62 cannot be meant.
        if (Math.multiplyHigh(left, right) != 0 || left * right < 0) {
            throw BtfHeader.malformed(0, "type %d is larger than any memory".formatted(id));
        }
        return left * right;
    }

    private long elementSize(int type) {
        return switch (types.kind(type)) {
            case BtfKind.INT,
                    BtfKind.STRUCT,
                    BtfKind.UNION,
                    BtfKind.ENUM,
                    BtfKind.ENUM64,
                    BtfKind.FLOAT,
                    BtfKind.DATASEC -> Integer.toUnsignedLong(types.sizeOrType(type));
            case BtfKind.PTR -> pointerBytes();
            default -> 0;
        };
    }

    /** BTF does not state the pointer width; in every Linux ABI it is that of {@code long}. */
    private int pointerBytes() {
        int known = pointerBytes;
        if (known == 0) {
            known = findPointerBytes();
            pointerBytes = known;
        }
        return known;
    }

    private int findPointerBytes() {
        for (byte[] name : LONG_NAMES) {
            int id = types.find(name, BtfKind.INT);
            int size = id == 0 ? 0 : types.sizeOrType(id);
            if (size == Integer.BYTES || size == Long.BYTES) {
                return size;
            }
        }
        return Long.BYTES;
    }

    /** Bit offset of a member from its structure's start. */
    long memberBitOffset(int structure, int member) {
        int offset = types.extra(structure, member * BtfKind.MEMBER_INTS + 2);
        if (types.kindFlag(structure)) {
            return offset & 0xFF_FFFF;
        }
        long bits = Integer.toUnsignedLong(offset);
        int resolved = resolve(memberType(structure, member));
        // Without kind_flag a bit-field is an INT narrower than its storage, possibly shifted inside it.
        return isNarrowInt(resolved) ? bits + intOffset(resolved) : bits;
    }

    /** Width of a bit-field in bits; 0 for an ordinary member. */
    int memberBitSize(int structure, int member) {
        if (types.kindFlag(structure)) {
            return types.extra(structure, member * BtfKind.MEMBER_INTS + 2) >>> 24;
        }
        int resolved = resolve(memberType(structure, member));
        return isNarrowInt(resolved) ? intBits(resolved) : 0;
    }

    int memberType(int structure, int member) {
        return types.extra(structure, member * BtfKind.MEMBER_INTS + 1);
    }

    int memberName(int structure, int member) {
        return types.extra(structure, member * BtfKind.MEMBER_INTS);
    }

    private boolean isNarrowInt(int id) {
        return types.kind(id) == BtfKind.INT
                && (intOffset(id) != 0 || intBits(id) != (long) types.sizeOrType(id) * Byte.SIZE);
    }

    private int intBits(int id) {
        return types.extra(id, 0) & 0xFF;
    }

    private int intOffset(int id) {
        return types.extra(id, 0) >>> 16 & 0xFF;
    }

    /** Finds a member by path, looking through anonymous members. */
    @Nullable
    MemberLocation find(int structure, byte[][] path) {
        return new Search(path).in(structure, 0, 0, 0);
    }

    private RuntimeException tooDeep(int id) {
        return BtfHeader.malformed(
                0, "type %d leads through more than %d types, which only a cycle does".formatted(id, MAX_DEPTH));
    }

    /**
     * One search; counts its work, because damaged types can nest without end. A path passes a structure once for each of
     * its steps at most, so intact types end it before this budget does. Confined.
     */
    private final class Search {
        private final byte[][] path;
        private final long most;
        private long budget;

        Search(byte[][] path) {
            this.path = path;
            most = (long) types.words() * path.length;
            budget = most;
        }

        @Nullable
        MemberLocation in(int structure, int step, long bitOffset, int depth) {
            if (depth > MAX_DEPTH) {
                throw tooDeep(structure);
            }
            int entries = types.entries(structure);
            budget -= entries;
            if (budget < 0) {
                throw BtfHeader.malformed(0, "type %d nests more than %d members".formatted(structure, most));
            }
            for (int member = 0; member < entries; member++) {
                int name = memberName(structure, member);
                if (name == 0) {
                    MemberLocation found = inAnonymous(structure, member, step, bitOffset, depth);
                    if (found != null) {
                        return found;
                    }
                } else if (strings.equals(name, path[step])) {
                    return atNamed(structure, member, step, bitOffset, depth);
                }
            }
            return null;
        }

        private @Nullable MemberLocation inAnonymous(int structure, int member, int step, long bitOffset, int depth) {
            int type = resolve(memberType(structure, member));
            return BtfKind.isStructure(types.kind(type))
                    ? in(type, step, bitOffset + memberBitOffset(structure, member), depth + 1)
                    : null;
        }

        private @Nullable MemberLocation atNamed(int structure, int member, int step, long bitOffset, int depth) {
            long offset = bitOffset + memberBitOffset(structure, member);
            int type = memberType(structure, member);
            if (step == path.length - 1) {
                return new MemberLocation(offset, memberBitSize(structure, member), size(type));
            }
            int inner = resolve(type);
            return BtfKind.isStructure(types.kind(inner)) ? in(inner, step + 1, offset, depth + 1) : null;
        }
    }
}
