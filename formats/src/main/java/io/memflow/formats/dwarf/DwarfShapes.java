package io.memflow.formats.dwarf;

import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import io.memflow.core.symbol.TypeShape.Integral.Encoding;
import java.util.ArrayList;
import java.util.List;

/** Describes types, each when it is asked for. Thread-safe. */
final class DwarfShapes {
    /** A type that an entry does not name: {@code void}. */
    static final long VOID = Entry.ABSENT;

    /** Real chains of typedefs and qualifiers, and real nesting of arrays, are under ten deep. */
    static final int DEEPEST = 64;

    /** The largest kernel structures have some hundreds of members, the largest enums some thousands of names. */
    private static final int MOST_PARTS = 1 << 16;

    /** {@code DW_ATE_*} (DWARF 5, section 7.8, table 7.11). */
    private static final int BOOLEAN = 2;

    private static final int FLOAT = 4;
    private static final int SIGNED = 5;
    private static final int SIGNED_CHAR = 6;

    private final DwarfSections sections;
    private final List<Unit> units;
    private final AbbreviationTables tables;
    private final int pointerBytes;
    private final TypeNames names = new TypeNames(this);

    DwarfShapes(DwarfSections sections, List<Unit> units, AbbreviationTables tables, int pointerBytes) {
        this.sections = sections;
        this.units = units;
        this.tables = tables;
        this.pointerBytes = pointerBytes;
    }

    TypeReference reference(long place) {
        return new Reference(this, place, 0);
    }

    /**
     * A mention of a type.
     *
     * @param dimension how many of an array's dimensions were looked through
     */
    private record Reference(DwarfShapes shapes, long place, int dimension) implements TypeReference {
        @Override
        public String name() {
            return shapes.names.of(place, dimension);
        }

        @Override
        public TypeShape shape() {
            return shapes.shape(place, dimension, 0);
        }
    }

    /** The entry at an offset, read; entries behind it can be read on. */
    Entry entryAt(long place) {
        int low = 0;
        int high = units.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (units.get(middle).start() <= place) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Unit unit = units.get(low);
        Entry entry = new Entry(sections, unit, tables.of(unit));
        entry.moveTo(place);
        entry.read();
        return entry;
    }

    private TypeShape shape(long place, int dimension, int depth) {
        if (place == VOID) {
            return new TypeShape.Opaque();
        }
        Entry entry = entryAt(place);
        for (int steps = depth; steps < DEEPEST; steps++) {
            if (!Tag.isTransparent(entry.tag)) {
                return concrete(entry, dimension, steps);
            }
            if (entry.type == VOID) {
                return new TypeShape.Opaque();
            }
            entry = entryAt(entry.type);
        }
        throw Cursor.malformed(place, "a type that leads through more than %d types".formatted(DEEPEST));
    }

    private TypeShape concrete(Entry entry, int dimension, int depth) {
        return switch (entry.tag) {
            case Tag.BASE -> number(entry);
            case Tag.POINTER -> new TypeShape.Pointer(entry.size().orElse(pointerBytes), reference(entry.type));
            case Tag.ARRAY -> array(entry, dimension, depth);
            case Tag.ENUMERATION -> enumeration(entry, depth);
            case Tag.STRUCTURE, Tag.CLASS -> structure(entry, TypeShape.Structure.Layout.STRUCT);
            case Tag.UNION -> structure(entry, TypeShape.Structure.Layout.UNION);
            default -> new TypeShape.Opaque();
        };
    }

    private static TypeShape number(Entry entry) {
        long bytes = checkedSize(entry);
        if (entry.encoding == FLOAT) {
            return new TypeShape.Real(bytes);
        }
        Encoding encoding = switch ((int) entry.encoding) {
            case BOOLEAN -> Encoding.BOOLEAN;
            case SIGNED -> Encoding.SIGNED;
            case SIGNED_CHAR -> entry.name().equals("char") ? Encoding.CHARACTER : Encoding.SIGNED;
            default -> entry.name().equals("char") ? Encoding.CHARACTER : Encoding.UNSIGNED;
        };
        return new TypeShape.Integral(bytes, encoding);
    }

    private static long checkedSize(Entry entry) {
        long bytes = entry.size().orElse(0);
        if (bytes < 0 || bytes > Integer.MAX_VALUE) {
            throw Cursor.malformed(entry.offset, "a type of %d bytes".formatted(bytes));
        }
        return bytes;
    }

    private TypeShape array(Entry entry, int dimension, int depth) {
        long place = entry.offset;
        List<Long> lengths = lengths(entry);
        long element = shape(entry.type, 0, depth + 1).bytes();
        long bytes = element;
        for (int i = dimension; i < lengths.size(); i++) {
            long length = lengths.get(i);
            if (Math.multiplyHigh(bytes, length) != 0 || bytes * length < 0) {
                throw Cursor.malformed(place, "an array larger than any memory");
            }
            bytes *= length;
        }
        boolean isLast = dimension + 1 >= lengths.size();
        return new TypeShape.Array(
                bytes,
                dimension < lengths.size() ? lengths.get(dimension) : 0,
                isLast ? reference(entry.type) : new Reference(this, place, dimension + 1));
    }

    /** The lengths of an array's dimensions; 0 for those left open. The entry's type is kept. */
    List<Long> lengths(Entry entry) {
        List<Long> lengths = new ArrayList<>();
        if (entry.hasChildren) {
            Entry child = entryAt(entry.offset);
            child.read();
            while (child.tag != 0 && lengths.size() < DEEPEST) {
                if (child.tag == Tag.SUBRANGE) {
                    long bound = child.upperBound;
                    long length = child.count != Entry.ABSENT ? child.count : bound == Entry.ABSENT ? 0 : bound + 1;
                    // -1 is how some compilers write an open length.
                    lengths.add(Math.max(0, length == (1L << Integer.SIZE) ? 0 : length));
                }
                child.skipChildren();
                child.read();
            }
        }
        return lengths;
    }

    private TypeShape enumeration(Entry entry, int depth) {
        long bytes = entry.size().isPresent() || entry.type == VOID
                ? checkedSize(entry)
                : shape(entry.type, 0, depth + 1).bytes();
        List<TypeShape.Enumerator> enumerators = new ArrayList<>();
        if (entry.hasChildren) {
            for (entry.read(); entry.tag != 0 && !entry.isAtEnd(); entry.read()) {
                if (entry.tag == Tag.ENUMERATOR && entry.hasConstant) {
                    requireRoom(enumerators.size(), entry);
                    enumerators.add(new TypeShape.Enumerator(entry.name(), entry.constant));
                }
                entry.skipChildren();
            }
        }
        return new TypeShape.Enumeration(bytes, enumerators);
    }

    private TypeShape structure(Entry entry, TypeShape.Structure.Layout layout) {
        if (entry.isDeclaration) {
            return new TypeShape.Opaque();
        }
        long bytes = checkedSize(entry);
        List<TypeShape.Member> members = new ArrayList<>();
        if (entry.hasChildren) {
            for (entry.read(); entry.tag != 0 && !entry.isAtEnd(); entry.read()) {
                if (entry.tag == Tag.MEMBER) {
                    requireRoom(members.size(), entry);
                    members.add(member(entry));
                }
                entry.skipChildren();
            }
        }
        return new TypeShape.Structure(bytes, layout, members);
    }

    private static void requireRoom(int size, Entry entry) {
        if (size >= MOST_PARTS) {
            throw Cursor.malformed(entry.offset, "a type of more than %d parts".formatted(MOST_PARTS));
        }
    }

    private TypeShape.Member member(Entry entry) {
        long bits = bitOffset(entry);
        long width = entry.bitSize == Entry.ABSENT ? 0 : entry.bitSize;
        // 2^40 bytes are more than any structure has.
        if (bits < 0 || bits > 1L << 43 || width < 0 || width > 2 * Long.SIZE) {
            throw Cursor.malformed(entry.offset, "a member of %d bits at bit %d".formatted(width, bits));
        }
        return new TypeShape.Member(entry.name(), reference(entry.type), bits, (int) width);
    }

    /** A member's first bit from the start of its structure, in one of the three ways to write it. */
    private long bitOffset(Entry entry) {
        if (entry.dataBitOffset != Entry.ABSENT) {
            return entry.dataBitOffset;
        }
        long bytes = entry.memberOffset == Entry.ABSENT ? 0 : entry.memberOffset;
        if (entry.bitSize == Entry.ABSENT || entry.bitOffset == Entry.ABSENT) {
            return bytes * Byte.SIZE;
        }
        long storage = entry.size().orElseGet(() -> shape(entry.type, 0, 0).bytes());
        return (bytes + storage) * Byte.SIZE - entry.bitOffset - entry.bitSize;
    }
}
