package io.memflow.os.linux.structure;

import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The types of a kernel that carries none, where none could be learned either. Immutable.
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
