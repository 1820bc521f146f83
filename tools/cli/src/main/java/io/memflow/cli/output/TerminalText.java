package io.memflow.cli.output;

/**
 * Makes strings that come from a target harmless on a terminal. A process may be called anything, also an escape sequence
 * that clears the screen or a character that makes the rest of the line run from right to left. Stateless.
 */
public final class TerminalText {
    private static final int SPACE = 0x20;
    private static final int DELETE = 0x7F;

    private TerminalText() {}

    /**
     * The same text with every character that could move the cursor, change a terminal's state, reorder or hide text
     * written as a backslash escape, such as {@code \x1b}.
     */
    public static String neutral(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < SPACE || c >= DELETE) {
                return escaped(text, i);
            }
        }
        return text;
    }

    /** Columns that a neutral text takes on a terminal. */
    public static int width(String neutral) {
        int columns = 0;
        for (int i = 0; i < neutral.length(); ) {
            int point = neutral.codePointAt(i);
            columns += point < DELETE ? 1 : CharacterWidth.of(point);
            i += Character.charCount(point);
        }
        return columns;
    }

    private static String escaped(String text, int clean) {
        StringBuilder safe = new StringBuilder(text.length() + 16).append(text, 0, clean);
        for (int i = clean; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (isHarmful(point)) {
                escape(safe, point);
            } else {
                safe.appendCodePoint(point);
            }
            i += Character.charCount(point);
        }
        return safe.toString();
    }

    /** Controls, format characters (all bidirectional ones are), line separators, lone surrogates and unassigned ones. */
    private static boolean isHarmful(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    private static void escape(StringBuilder safe, int point) {
        switch (point) {
            case '\n' -> safe.append("\\n");
            case '\r' -> safe.append("\\r");
            case '\t' -> safe.append("\\t");
            default -> {
                int digits = point <= 0xFF ? 2 : point <= 0xFFFF ? 4 : 8;
                safe.append('\\').append(digits == 2 ? 'x' : digits == 4 ? 'u' : 'U');
                Hex.append(safe, point, digits);
            }
        }
    }
}
