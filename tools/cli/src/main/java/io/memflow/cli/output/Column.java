package io.memflow.cli.output;

/**
 * One column of a table.
 *
 * @param title what the first line says
 * @param side where cells stand in it
 * @param show whether it is there when it has nothing to say
 */
public record Column(String title, Side side, Show show) {
    /** What a cell says that has nothing to say. */
    static final String NOTHING = "-";

    /** Where a cell stands in its column. */
    public enum Side {
        LEFT,
        RIGHT
    }

    /** Whether a column is there when none of its cells says anything. */
    public enum Show {
        ALWAYS,
        /** Left out then: for what only some systems have. */
        WHEN_USED
    }

    public static Column left(String title) {
        return new Column(title, Side.LEFT, Show.ALWAYS);
    }

    public static Column right(String title) {
        return new Column(title, Side.RIGHT, Show.ALWAYS);
    }

    /** The same column, left out of tables in which it says nothing. */
    public Column whenUsed() {
        return new Column(title, side, Show.WHEN_USED);
    }
}
