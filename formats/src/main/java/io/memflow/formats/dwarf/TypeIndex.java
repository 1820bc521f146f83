package io.memflow.formats.dwarf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where the types of all units are described, by name: of several descriptions of one name the first counts. What is
 * declared inside functions is left out. Immutable once built.
 */
final class TypeIndex {
    /** More names of types than any kernel has by far. */
    private static final int MOST_NAMES = 1 << 21;

    private static final int KIND_BITS = 3;

    /** The name spaces of C, and enums without a name. */
    enum Space {
        STRUCT(0),
        UNION(1),
        ENUM(2),
        TYPEDEF(3),
        BASE(4),
        NAMELESS_ENUM(5);

        private final int bits;

        Space(int bits) {
            this.bits = bits;
        }
    }

    private final Map<Space, Map<String, Long>> places = new HashMap<>();
    private final List<Long> namelessEnums = new ArrayList<>();
    private int pointerBytes = Long.BYTES;

    private TypeIndex() {
        for (Space space : Space.values()) {
            places.put(space, new HashMap<>());
        }
    }

    static TypeIndex of(DwarfSections sections, List<Unit> units, AbbreviationTables tables) {
        TypeIndex index = new TypeIndex();
        if (units.isEmpty()) {
            return index;
        }
        Builder builder = index.new Builder(new Entry(sections, units.getFirst(), tables.parse(units.getFirst())));
        for (Unit unit : units) {
            builder.add(unit, tables.parse(unit));
        }
        index.pointerBytes = units.getFirst().addressBytes();
        return index;
    }

    int pointerBytes() {
        return pointerBytes;
    }

    /** How many types have a name. */
    int size() {
        return places.values().stream().mapToInt(Map::size).sum();
    }

    OptionalLong find(Space space, String name) {
        Long place = places.getOrDefault(space, Map.of()).get(name);
        return place == null ? OptionalLong.empty() : OptionalLong.of(place);
    }

    List<Long> namelessEnums() {
        return namelessEnums;
    }

    /** Walks over the entries of units. Confined. */
    private final class Builder {
        private final Entry entry;
        private final SeenKeys seen = new SeenKeys();

        Builder(Entry entry) {
            this.entry = entry;
        }

        void add(Unit unit, Abbreviations abbreviations) {
            entry.enter(unit, abbreviations);
            if (!entry.hasChildren) {
                return;
            }
            while (!entry.isAtEnd()) {
                entry.read();
                if (entry.tag == 0) {
                    return;
                }
                Space space = space(entry.tag);
                if (space == Space.ENUM && !entry.hasName() && entry.hasChildren) {
                    addNameless();
                } else if (space != null && entry.hasName() && !entry.isDeclaration) {
                    addNamed(space);
                }
                entry.skipChildren();
            }
        }

        private void addNamed(Space space) {
            long key = entry.nameKey();
            if (key >= 0 && !seen.add((key << KIND_BITS) | space.bits)) {
                return;
            }
            Map<String, Long> names = places.getOrDefault(space, Map.of());
            if (names.size() >= MOST_NAMES) {
                throw Cursor.malformed(entry.offset, "more than %d names of types".formatted(MOST_NAMES));
            }
            names.putIfAbsent(entry.name(), entry.offset);
        }

        /** Told apart by the name of the first enumerator; leaves the reader behind that. */
        private void addNameless() {
            long place = entry.offset;
            long next = entry.sibling;
            entry.read();
            long key = entry.nameKey();
            boolean isNew = key < 0 || seen.add((key << KIND_BITS) | Space.NAMELESS_ENUM.bits);
            if (isNew && entry.tag == Tag.ENUMERATOR && namelessEnums.size() < MOST_NAMES) {
                namelessEnums.add(place);
            }
            if (next != Entry.ABSENT && next > place) {
                entry.moveTo(next);
                entry.hasChildren = false;
            } else {
                while (entry.tag != 0 && !entry.isAtEnd()) {
                    entry.skipChildren();
                    entry.read();
                }
            }
        }
    }

    private static @Nullable Space space(int tag) {
        return switch (tag) {
            case Tag.STRUCTURE, Tag.CLASS -> Space.STRUCT;
            case Tag.UNION -> Space.UNION;
            case Tag.ENUMERATION -> Space.ENUM;
            case Tag.TYPEDEF -> Space.TYPEDEF;
            case Tag.BASE -> Space.BASE;
            default -> null;
        };
    }
}
