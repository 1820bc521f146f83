package io.memflow.os.linux.structure;

import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import java.util.Optional;
import java.util.OptionalLong;

/** The types of a kernel that carries none. Immutable. */
public record NoTypes() implements TypeTable {
    @Override
    public OptionalLong size(String structure) {
        return OptionalLong.empty();
    }

    @Override
    public Optional<MemberLocation> member(String structure, String path) {
        return Optional.empty();
    }

    @Override
    public OptionalLong enumerator(String enumeration, String name) {
        return OptionalLong.empty();
    }
}
