package io.memflow.core.os;

import java.util.List;

/**
 * A list taken from the target, with what is known to be missing from it. Immutable.
 *
 * @param rows in the order the target keeps them, unless a method says otherwise
 * @param missing parts of the target's own structures that could not be followed, so that rows may be absent
 */
public record Listing<T extends Row>(List<T> rows, List<MissingPart> missing) {
    public Listing {
        rows = List.copyOf(rows);
        missing = List.copyOf(missing);
    }

    /** Whether nothing is missing, neither rows nor fields of rows. */
    public boolean isComplete() {
        return missing.isEmpty()
                && rows.stream().allMatch(row -> row.provenance().isComplete());
    }

    /** A list that cannot be given at all, and why. */
    public static <T extends Row> Listing<T> absent(String what, String why) {
        return new Listing<>(List.of(), List.of(new MissingPart(what, why)));
    }
}
