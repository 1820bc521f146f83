package io.memflow.os.linux.profile;

import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeTable;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Two tables of one kernel's types: what the first lacks is looked up in the second. Immutable.
 *
 * @param first what counts where both know a type
 * @param second fills in
 */
public record LayeredTypes(TypeTable first, TypeTable second) implements TypeTable {
    @Override
    public OptionalLong size(String structure) {
        OptionalLong size = first.size(structure);
        return size.isPresent() ? size : second.size(structure);
    }

    @Override
    public Optional<MemberLocation> member(String structure, String path) {
        return first.member(structure, path).or(() -> second.member(structure, path));
    }

    @Override
    public Optional<String> origin(String structure, String path) {
        return first.member(structure, path).isPresent()
                ? first.origin(structure, path)
                : second.origin(structure, path);
    }

    @Override
    public Optional<String> absence(String structure, String path) {
        return first.absence(structure, path).or(() -> second.absence(structure, path));
    }

    @Override
    public OptionalLong enumerator(String enumeration, String name) {
        OptionalLong value = first.enumerator(enumeration, name);
        return value.isPresent() ? value : second.enumerator(enumeration, name);
    }

    @Override
    public Optional<TypeReference> reference(String name) {
        return first.reference(name).or(() -> second.reference(name));
    }
}
