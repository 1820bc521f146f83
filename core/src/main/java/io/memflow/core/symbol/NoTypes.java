package io.memflow.core.symbol;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The types of a kernel of which none are known. Immutable.
 *
 * @param why as a sentence fragment
 */
public record NoTypes(String why) implements TypeTable {
    @Override
    public OptionalLong size(String structure) {
        return OptionalLong.empty();
    }

    @Override
    public Optional<MemberLocation> member(String structure, String path) {
        return Optional.empty();
    }

    @Override
    public Optional<String> absence(String structure, String path) {
        return Optional.of(why);
    }

    @Override
    public OptionalLong enumerator(String enumeration, String name) {
        return OptionalLong.empty();
    }
}
