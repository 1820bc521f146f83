package io.memflow.cli.output;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns for people. Cells are made safe for a terminal here, so callers pass them raw. Confined. */
public final class Table {
    private static final String GAP = "  ";

    private final List<Column> columns;
    private final List<Line> lines = new ArrayList<>();
    private final int[] widths;
    private final boolean[] used;

    private record Line(List<String> cells, Palette.Emphasis emphasis) {}

    public Table(List<Column> columns) {
        this.columns = List.copyOf(columns);
        this.widths = new int[columns.size()];
        this.used = new boolean[columns.size()];
        for (int i = 0; i < used.length; i++) {
            used[i] = columns.get(i).show() == Column.Show.ALWAYS;
        }
        add(columns.stream().map(Column::title).toList(), Palette.Emphasis.TITLE);
    }

    /**
     * Adds a row.
     *
     * @param cells one per column, as the target has them
     */
    public void add(List<String> cells, Palette.Emphasis emphasis) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + columns.size() + " columns");
        }
        List<String> neutral = new ArrayList<>(cells.size());
        for (int i = 0; i < cells.size(); i++) {
            String cell = TerminalText.neutral(cells.get(i));
            widths[i] = Math.max(widths[i], TerminalText.width(cell));
            neutral.add(cell);
        }
        if (!lines.isEmpty()) {
            noteUse(cells);
        }
        lines.add(new Line(neutral, emphasis));
    }

    private void noteUse(List<String> cells) {
        for (int i = 0; i < used.length; i++) {
            used[i] |= !cells.get(i).equals(Column.NOTHING);
        }
    }

    public void print(Writer out, Palette palette) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            text.setLength(0);
            text.append(palette.start(line.emphasis));
            appendCells(text, line.cells);
            while (!text.isEmpty() && text.charAt(text.length() - 1) == ' ') {
                text.setLength(text.length() - 1);
            }
            text.append(palette.end(line.emphasis)).append('\n');
            out.append(text);
        }
    }

    private void appendCells(StringBuilder text, List<String> cells) {
        int last = cells.size() - 1;
        for (int i = 0; i <= last; i++) {
            if (!used[i]) {
                continue;
            }
            int padding = widths[i] - TerminalText.width(cells.get(i));
            boolean right = columns.get(i).side() == Column.Side.RIGHT;
            if (right) {
                text.repeat(' ', padding);
            }
            text.append(cells.get(i));
            if (i < last) {
                text.repeat(' ', right ? 0 : padding).append(GAP);
            }
        }
    }
}
