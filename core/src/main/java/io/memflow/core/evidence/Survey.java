package io.memflow.core.evidence;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * The objects found so far and what led to each. Whatever is found is asked for its own neighbours, so that an object is
 * lost only when every link to it is. Confined.
 */
public final class Survey<S extends Enum<S> & Source> {
    private final LongPredicate isObject;
    private final Neighbours<S> neighbours;
    private final Map<Long, Set<S>> found = new LinkedHashMap<>();
    private final Deque<Long> unasked = new ArrayDeque<>();

    /** The links that an object has to others of its kind. */
    @FunctionalInterface
    public interface Neighbours<S extends Enum<S> & Source> {
        /** Adds all that an object leads to; what cannot be read leads nowhere. */
        void add(long object, Survey<S> survey);
    }

    /** @param isObject whether there is an object of the kind at a virtual address; must not throw */
    public Survey(LongPredicate isObject, Neighbours<S> neighbours) {
        this.isObject = isObject;
        this.neighbours = neighbours;
    }

    /** Notes that a structure leads to an address; false when there is no object of the kind. */
    public boolean add(long object, S source) {
        Set<S> known = found.get(object);
        if (known != null) {
            known.add(source);
            return true;
        }
        if (!isObject.test(object)) {
            return false;
        }
        found.put(object, EnumSet.of(source));
        unasked.add(object);
        return true;
    }

    /** Follows all links of all objects that were not asked yet, and of those that are found by it. */
    public void followLinks() {
        while (!unasked.isEmpty()) {
            neighbours.add(unasked.poll(), this);
        }
    }

    /** All objects, in the order they were found. */
    public List<Sighting<S>> sightings() {
        return found.entrySet().stream()
                .map(entry -> new Sighting<>(entry.getKey(), entry.getValue()))
                .toList();
    }
}
