package io.memflow.core.evidence;

import io.memflow.core.os.MissingPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * A structure that holds all objects of a kind. What one whole structure lacks and another has was hidden, or cut off.
 *
 * @param name the structure in the kernel's own terms
 * @param entries virtual addresses of its objects
 * @param state how far it could be followed
 * @param absence what is said of an object that is not among them, such as {@code is not on it}
 * @param reason what that means, such as {@code it is hidden, or was cut off}
 */
public record Roll(String name, Set<Long> entries, State state, String absence, String reason) {
    /** How far a structure could be followed. */
    public enum State {
        /** From its beginning to its end: what it lacks is not in it. */
        WHOLE,
        /** It is damaged, or was not found: nothing can be said of what it lacks. */
        BROKEN;

        /** By the damage that was met. */
        public static State of(List<MissingPart> damage) {
            return damage.isEmpty() ? WHOLE : BROKEN;
        }
    }

    /**
     * A finding for each object that this structure lacks.
     *
     * @param found objects that must be among its entries
     * @param describe the object at an address in words, such as {@code process 7}
     */
    public <S extends Enum<S> & Source> List<MissingPart> lacking(
            List<Sighting<S>> found, LongFunction<String> describe) {
        List<MissingPart> findings = new ArrayList<>();
        if (state == State.BROKEN) {
            return findings;
        }
        for (Sighting<S> sighting : found) {
            if (!entries.contains(sighting.address())) {
                findings.add(new MissingPart(
                        name,
                        "%s %s, but was found by %s: %s"
                                .formatted(
                                        describe.apply(sighting.address()),
                                        absence,
                                        String.join(", ", sighting.sourceNames()),
                                        reason)));
            }
        }
        return findings;
    }
}
