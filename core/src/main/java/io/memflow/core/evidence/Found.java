package io.memflow.core.evidence;

import io.memflow.core.os.MissingPart;
import java.util.List;
import java.util.function.Supplier;

/**
 * The objects that were found, and every damage and disagreement that was met.
 *
 * @param sightings in the order they were found
 */
public record Found<S extends Enum<S> & Source>(List<Sighting<S>> sightings, List<MissingPart> missing) {
    /** A running target changes its structures one after the other; a disagreement that stays is one. */
    private static final int ATTEMPTS = 3;

    /**
     * What is found by looking, when nothing is missing from one of several looks; else by searching.
     *
     * @param look follows the kernel's structures
     * @param before done before each look but the first, and before the search
     * @param search does so too, and looks through all memory for what none of them leads to
     */
    public static <S extends Enum<S> & Source> Found<S> settled(
            Supplier<Found<S>> look, Runnable before, Supplier<Found<S>> search) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Found<S> found = look.get();
            if (found.missing.isEmpty()) {
                return found;
            }
            before.run();
        }
        return search.get();
    }
}
