package io.memflow.os.linux.profile;

import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeTable;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Types from a file, each of which says so. Immutable.
 *
 * @param types as the file's format gives them
 * @param file format and file
 */
record ImportedTypes(TypeTable types, String file) implements TypeTable {
    @Override
    public OptionalLong size(String structure) {
        return types.size(structure);
    }

    @Override
    public Optional<MemberLocation> member(String structure, String path) {
        return types.member(structure, path);
    }

    @Override
    public Optional<String> origin(String structure, String path) {
        return types.member(structure, path).map(known -> file);
    }

    @Override
    public OptionalLong enumerator(String enumeration, String name) {
        return types.enumerator(enumeration, name);
    }

    @Override
    public Optional<TypeReference> reference(String name) {
        return types.reference(name);
    }
}
