package io.memflow.formats.btf;

/** Spells types the way C does, as far as a reader needs it to recognise them. Thread-safe. */
final class BtfTypeText {
    private final BtfTypes types;
    private final BtfStrings strings;

    BtfTypeText(BtfTypes types, BtfStrings strings) {
        this.types = types;
        this.strings = strings;
    }

    String describe(int id) {
        StringBuilder suffix = new StringBuilder();
        StringBuilder qualifiers = new StringBuilder();
        int type = id;
        for (int depth = 0; depth < BtfLayout.MAX_DEPTH; depth++) {
            switch (types.kind(type)) {
                case BtfKind.PTR -> type = pointer(type, suffix);
                case BtfKind.ARRAY -> {
                    // Dimensions read left to right, the outermost first.
                    suffix.append('[')
                            .append(Integer.toUnsignedString(types.extra(type, 2)))
                            .append(']');
                    type = types.extra(type, 0);
                }
                case BtfKind.CONST -> type = qualified(type, "const ", qualifiers);
                case BtfKind.VOLATILE -> type = qualified(type, "volatile ", qualifiers);
                case BtfKind.RESTRICT, BtfKind.TYPE_TAG, BtfKind.VAR -> type = types.sizeOrType(type);
                case BtfKind.FUNC_PROTO -> {
                    suffix.append("(...)");
                    type = types.sizeOrType(type);
                }
                default -> {
                    String separator = suffix.isEmpty() ? "" : " ";
                    return qualifiers + named(type) + separator + suffix;
                }
            }
        }
        throw BtfHeader.malformed(0, "type %d leads through more than %d types".formatted(id, BtfLayout.MAX_DEPTH));
    }

    private int pointer(int type, StringBuilder suffix) {
        int target = types.sizeOrType(type);
        int kind = types.kind(target);
        suffix.insert(0, '*');
        if (kind == BtfKind.FUNC_PROTO || kind == BtfKind.ARRAY) {
            suffix.insert(0, '(').append(')');
        }
        return target;
    }

    private int qualified(int type, String word, StringBuilder qualifiers) {
        qualifiers.append(word);
        return types.sizeOrType(type);
    }

    private String named(int type) {
        String name = strings.get(types.name(type));
        return switch (types.kind(type)) {
            case BtfKind.VOID -> "void";
            case BtfKind.STRUCT -> tagged("struct", name);
            case BtfKind.UNION -> tagged("union", name);
            case BtfKind.ENUM, BtfKind.ENUM64 -> tagged("enum", name);
            case BtfKind.FWD -> tagged(types.kindFlag(type) ? "union" : "struct", name);
            default -> name;
        };
    }

    private static String tagged(String keyword, String name) {
        return name.isEmpty() ? keyword + " {...}" : keyword + " " + name;
    }
}
