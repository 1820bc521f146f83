package io.memflow.core.os;

import java.util.List;

/**
 * Where a row comes from and what is missing from it.
 *
 * @param sources names of the target's structures that the row was found through, such as {@code task-list}
 * @param missing fields that could not be read; empty for a complete row
 */
public record Provenance(List<String> sources, List<MissingPart> missing) {
    public Provenance {
        sources = List.copyOf(sources);
        missing = List.copyOf(missing);
    }

    public boolean isComplete() {
        return missing.isEmpty();
    }
}
