package io.memflow.formats.btf;

/**
 * Tells types from other bytes: what the writer of BTF (pahole) never puts into a type. Bytes of chance pass as one type
 * once in a million times, as several in a row never. Confined.
 */
final class BtfGrammar {
    /** Bits of {@code info} that the format defines: vlen 0-15, kind 24-28, kind_flag 31. */
    private static final int INFO_BITS = 0x9F00_FFFF;

    /** No structure of a kernel is larger. */
    private static final int LARGEST_STRUCTURE = 64 << 20;
    /** Bytes of the widest number, {@code __int128} and {@code long double}. */
    private static final int LARGEST_NUMBER = 16;
    /** {@code BTF_FUNC_EXTERN} is the largest linkage, which a function keeps where others keep a count. */
    private static final int LARGEST_LINKAGE = 2;

    private final int[] data;
    private final int stringBytes;

    BtfGrammar(int[] data, int stringBytes) {
        this.data = data;
        this.stringBytes = stringBytes;
    }

    int kind(int position) {
        return data[position + 1] >>> 24 & 0x1F;
    }

    int entries(int position) {
        return data[position + 1] & 0xFFFF;
    }

    /** How many ints the type at a position takes; 0 when there is none. */
    int length(int position) {
        if (data.length - position < BtfKind.TYPE_INTS) {
            return 0;
        }
        int kind = kind(position);
        if ((data[position + 1] & ~INFO_BITS) != 0 || kind == BtfKind.VOID || kind > BtfKind.ENUM64) {
            return 0;
        }
        int length = BtfKind.TYPE_INTS + BtfKind.extraInts(kind, entries(position));
        boolean valid = length <= data.length - position
                && isName(data[position])
                && (!BtfKind.refersToType(kind) || isType(data[position + 2]))
                && isKind(kind, position);
        return valid ? length : 0;
    }

    private boolean isKind(int kind, int position) {
        int name = data[position];
        int entries = entries(position);
        int size = data[position + 2];
        int first = position + BtfKind.TYPE_INTS;
        return switch (kind) {
            case BtfKind.INT -> name != 0 && entries == 0 && size > 0 && size <= LARGEST_NUMBER;
            case BtfKind.FLOAT -> name != 0 && entries == 0 && size > 0 && size <= LARGEST_NUMBER;
            case BtfKind.PTR, BtfKind.CONST, BtfKind.VOLATILE, BtfKind.RESTRICT -> name == 0 && entries == 0;
            case BtfKind.ARRAY ->
                name == 0 && entries == 0 && size == 0 && isSomeType(data[first]) && isSomeType(data[first + 1]);
            case BtfKind.STRUCT, BtfKind.UNION -> areMembers(first, entries, size);
            case BtfKind.ENUM -> isNumberSize(size) && areNamed(first, entries, BtfKind.ENUM_INTS);
            case BtfKind.ENUM64 -> isNumberSize(size) && areNamed(first, entries, BtfKind.ENUM64_INTS);
            case BtfKind.FWD -> name != 0 && entries == 0 && size == 0;
            case BtfKind.TYPEDEF, BtfKind.TYPE_TAG, BtfKind.DECL_TAG -> name != 0 && entries == 0;
            case BtfKind.FUNC -> name != 0 && entries <= LARGEST_LINKAGE && size != 0;
            case BtfKind.FUNC_PROTO -> name == 0 && areParameters(first, entries);
            case BtfKind.VAR -> name != 0 && entries == 0 && size != 0;
            default -> areVariables(first, entries);
        };
    }

    private boolean areMembers(int first, int entries, int size) {
        if (size < 0 || size > LARGEST_STRUCTURE) {
            return false;
        }
        for (int member = first; member < first + entries * BtfKind.MEMBER_INTS; member += BtfKind.MEMBER_INTS) {
            // With kind_flag the upper byte is a bit-field's width; a size in bits fits the lower three only then.
            long bits = Integer.toUnsignedLong(data[member + 2]);
            boolean inside = bits <= (long) size * Byte.SIZE || (bits & 0xFF_FFFF) <= (long) size * Byte.SIZE;
            if (!isName(data[member]) || !isSomeType(data[member + 1]) || !inside) {
                return false;
            }
        }
        return true;
    }

    private boolean areNamed(int first, int entries, int stride) {
        for (int entry = 0; entry < entries; entry++) {
            int name = data[first + entry * stride];
            if (name == 0 || !isName(name)) {
                return false;
            }
        }
        return true;
    }

    private boolean areParameters(int first, int entries) {
        for (int entry = 0; entry < entries; entry++) {
            boolean rest = entry == entries - 1 && data[first + 2 * entry] == 0 && data[first + 2 * entry + 1] == 0;
            if (!rest && (!isName(data[first + 2 * entry]) || !isSomeType(data[first + 2 * entry + 1]))) {
                return false;
            }
        }
        return true;
    }

    private boolean areVariables(int first, int entries) {
        for (int entry = 0; entry < entries; entry++) {
            if (!isSomeType(data[first + 3 * entry])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumberSize(int size) {
        return size > 0 && size <= Long.BYTES && Integer.bitCount(size) == 1;
    }

    private boolean isName(int name) {
        return name >= 0 && name < stringBytes;
    }

    /** A type or void. */
    private boolean isType(int id) {
        return id >= 0 && id <= data.length / BtfKind.TYPE_INTS;
    }

    private boolean isSomeType(int id) {
        return id != 0 && isType(id);
    }
}
