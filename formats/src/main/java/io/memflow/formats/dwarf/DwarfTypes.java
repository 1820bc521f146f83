package io.memflow.formats.dwarf;

import io.memflow.core.symbol.DescribedTypes;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The types of a file with debug information. Immutable. */
final class DwarfTypes extends DescribedTypes {
    private final TypeIndex index;
    private final DwarfShapes shapes;

    private DwarfTypes(TypeIndex index, DwarfShapes shapes) {
        super(Cursor.FORMAT);
        this.index = index;
        this.shapes = shapes;
    }

    /** Finds all named types; costs one pass over the entries that describe them. */
    static DwarfTypes of(DwarfSections sections) {
        List<Unit> units = Unit.all(sections.info());
        AbbreviationTables tables = new AbbreviationTables(sections.abbreviations());
        TypeIndex index = TypeIndex.of(sections, units, tables);
        return new DwarfTypes(index, new DwarfShapes(sections, units, tables, index.pointerBytes()));
    }

    int size() {
        return index.size();
    }

    @Override
    public Optional<TypeReference> reference(String name) {
        int space = name.indexOf(' ');
        String bare = name.substring(space + 1);
        List<TypeIndex.Space> spaces = switch (name.substring(0, Math.max(0, space))) {
            case "struct" -> List.of(TypeIndex.Space.STRUCT);
            case "union" -> List.of(TypeIndex.Space.UNION);
            case "enum" -> List.of(TypeIndex.Space.ENUM);
            default -> {
                bare = name;
                yield List.of(
                        TypeIndex.Space.STRUCT,
                        TypeIndex.Space.UNION,
                        TypeIndex.Space.ENUM,
                        TypeIndex.Space.TYPEDEF,
                        TypeIndex.Space.BASE);
            }
        };
        for (TypeIndex.Space one : spaces) {
            OptionalLong place = index.find(one, bare);
            if (place.isPresent()) {
                return Optional.of(shapes.reference(place.getAsLong()));
            }
        }
        return Optional.empty();
    }

    @Override
    protected OptionalLong anonymousEnumerator(String name) {
        for (long place : index.namelessEnums()) {
            if (shapes.reference(place).shape() instanceof TypeShape.Enumeration values) {
                OptionalLong found = value(values.enumerators(), name);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return OptionalLong.empty();
    }
}
