package io.memflow.cli.fake;

import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import java.util.Optional;
import java.util.OptionalLong;

/** No types at all. */
record FakeTypes() implements TypeTable {
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
