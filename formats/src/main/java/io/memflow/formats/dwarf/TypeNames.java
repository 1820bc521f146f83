package io.memflow.formats.dwarf;

/** Spells types the way C does, as far as a reader needs it to recognise them. Thread-safe. */
final class TypeNames {
    private final DwarfShapes shapes;

    TypeNames(DwarfShapes shapes) {
        this.shapes = shapes;
    }

    /**
     * @param dimension how many of an array's dimensions were looked through
     */
    String of(long place, int dimension) {
        StringBuilder suffix = new StringBuilder();
        StringBuilder qualifiers = new StringBuilder();
        long type = place;
        for (int depth = 0; depth < DwarfShapes.DEEPEST && type != DwarfShapes.VOID; depth++) {
            Entry entry = shapes.entryAt(type);
            switch (entry.tag) {
                case Tag.POINTER -> pointer(entry, suffix);
                case Tag.ARRAY ->
                    shapes.lengths(entry).stream()
                            .skip(depth == 0 ? dimension : 0)
                            .forEach(length -> suffix.append('[').append(length).append(']'));
                case Tag.CONST -> qualifiers.append("const ");
                case Tag.VOLATILE -> qualifiers.append("volatile ");
                case Tag.RESTRICT, Tag.ATOMIC -> {
                    // Not spelt: neither changes what is in memory.
                }
                case Tag.SUBROUTINE -> suffix.append("(...)");
                default -> {
                    return joined(qualifiers, named(entry), suffix);
                }
            }
            type = entry.type;
        }
        return joined(qualifiers, "void", suffix);
    }

    private static String joined(StringBuilder qualifiers, String name, StringBuilder suffix) {
        return qualifiers + name + (suffix.isEmpty() ? "" : " ") + suffix;
    }

    private void pointer(Entry entry, StringBuilder suffix) {
        suffix.insert(0, '*');
        int target = entry.type == DwarfShapes.VOID ? 0 : shapes.entryAt(entry.type).tag;
        if (target == Tag.SUBROUTINE || target == Tag.ARRAY) {
            suffix.insert(0, '(').append(')');
        }
    }

    private static String named(Entry entry) {
        String name = entry.name();
        String keyword = switch (entry.tag) {
            case Tag.STRUCTURE, Tag.CLASS -> "struct ";
            case Tag.UNION -> "union ";
            case Tag.ENUMERATION -> "enum ";
            default -> "";
        };
        return keyword.isEmpty() ? name : keyword + (name.isEmpty() ? "{...}" : name);
    }
}
