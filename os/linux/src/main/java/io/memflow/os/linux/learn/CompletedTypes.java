package io.memflow.os.linux.learn;

import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A kernel's own types that are damaged, completed by what was learned: what they still say counts. Immutable.
 *
 * @param own the types the kernel carries
 * @param learned what its structures show
 */
public record CompletedTypes(TypeTable own, LearnedTypes learned) implements TypeTable {
    @Override
    public OptionalLong size(String structure) {
        OptionalLong size = own.size(structure);
        return size.isPresent() ? size : learned.size(structure);
    }

    @Override
    public Optional<MemberLocation> member(String structure, String path) {
        return own.member(structure, path).or(() -> learned.member(structure, path));
    }

    @Override
    public OptionalLong enumerator(String enumeration, String name) {
        return own.enumerator(enumeration, name);
    }

    @Override
    public Optional<String> origin(String structure, String path) {
        return own.member(structure, path).isPresent() ? own.origin(structure, path) : learned.origin(structure, path);
    }

    @Override
    public Optional<String> absence(String structure, String path) {
        return learned.absence(structure, path);
    }
}
