package io.memflow.cli.output;

/**
 * One column of a table.
 *
 * @param title what the first line says
 * @param side where cells stand in it
 */
public record Column(String title, Side side) {
    /** Where a cell stands in its column. */
    public enum Side {
        LEFT,
        RIGHT
    }

    public static Column left(String title) {
        return new Column(title, Side.LEFT);
    }

    public static Column right(String title) {
        return new Column(title, Side.RIGHT);
    }
}
