package io.memflow.core.evidence;

import java.util.List;
import java.util.Set;

/**
 * An object that was found.
 *
 * @param address its virtual address
 * @param sources what led to it
 */
public record Sighting<S extends Enum<S> & Source>(long address, Set<S> sources) {
    /** The sources as rows name them. */
    public List<String> sourceNames() {
        return sources.stream().map(Source::label).toList();
    }
}
