package io.memflow.cli.output;

/** Colours for people: SGR sequences (ECMA-48), or none. Immutable. */
public enum Palette {
    PLAIN,
    COLOURED;

    private static final String RESET = "\u001b[0m";

    /** What a row or title wants to say by its look. */
    public enum Emphasis {
        NONE(""),
        TITLE("\u001b[1m"),
        /** Of less interest, such as kernel threads. */
        FAINT("\u001b[2m"),
        /** Something is missing from it. */
        DAMAGED("\u001b[33m");

        private final String start;

        Emphasis(String start) {
            this.start = start;
        }
    }

    /** What switches the look on; empty without colours. */
    String start(Emphasis emphasis) {
        return this == PLAIN ? "" : emphasis.start;
    }

    /** What switches the look off again; empty when nothing was switched on. */
    String end(Emphasis emphasis) {
        return this == PLAIN || emphasis == Emphasis.NONE ? "" : RESET;
    }

    /** The text in that look. */
    public String paint(Emphasis emphasis, String neutral) {
        return start(emphasis) + neutral + end(emphasis);
    }
}
