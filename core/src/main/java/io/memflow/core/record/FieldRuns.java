package io.memflow.core.record;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The bytes of a structure that belong to its fields, as runs without a gap: what lies between fields is another's and is
 * never written. Immutable.
 */
final class FieldRuns {
    /** A run; {@code offset} counts from the start of the structure. */
    private record Run(int offset, int length) {
        int end() {
            return offset + length;
        }
    }

    private final int[] offsets;
    private final int[] lengths;
    /** Where a run lies once the table's pieces stand side by side. */
    private final int[] positions;

    private final int bytes;
    private final boolean overlapping;

    FieldRuns(FieldTable table) {
        List<Run> leaves = new ArrayList<>();
        addLeaves(table, 0, leaves);
        leaves.sort(Comparator.comparingInt(Run::offset));
        List<Run> runs = new ArrayList<>();
        boolean overlaps = false;
        for (Run leaf : leaves) {
            Run last = runs.isEmpty() ? null : runs.getLast();
            if (last == null || last.end() < leaf.offset) {
                runs.add(leaf);
            } else {
                overlaps |= last.end() > leaf.offset;
                runs.set(runs.size() - 1, new Run(last.offset, Math.max(last.end(), leaf.end()) - last.offset));
            }
        }
        overlapping = overlaps;
        offsets = runs.stream().mapToInt(Run::offset).toArray();
        lengths = runs.stream().mapToInt(Run::length).toArray();
        positions = runs.stream().mapToInt(run -> position(table, run.offset)).toArray();
        bytes = runs.stream().mapToInt(Run::length).sum();
    }

    private static void addLeaves(FieldTable table, int start, List<Run> leaves) {
        for (FieldTable.Field field : table.fields()) {
            if (field.type() instanceof FieldType.Nested nested) {
                addLeaves(nested.layout().fields(), start + field.offset(), leaves);
            } else {
                leaves.add(new Run(start + field.offset(), field.type().bytes()));
            }
        }
    }

    private static int position(FieldTable table, int offset) {
        int start = 0;
        int piece = 0;
        while (offset >= table.pieceOffset(piece) + table.pieceLength(piece)) {
            start += table.pieceLength(piece);
            piece++;
        }
        return start + offset - table.pieceOffset(piece);
    }

    int count() {
        return offsets.length;
    }

    int offset(int run) {
        return offsets[run];
    }

    int length(int run) {
        return lengths[run];
    }

    int position(int run) {
        return positions[run];
    }

    /** Bytes of all runs. */
    int bytes() {
        return bytes;
    }

    /** Whether two fields share a byte, as members of a union do. */
    boolean overlapping() {
        return overlapping;
    }
}
