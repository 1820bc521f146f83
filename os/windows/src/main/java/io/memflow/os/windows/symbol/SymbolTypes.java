package io.memflow.os.windows.symbol;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeTable;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The structures of a kernel whose symbol file is known: what that has rules; what it lacks, or what is damaged in it, is as
 * it was voted without it. Immutable and thread-safe.
 *
 * @param file of the symbol file
 * @param voted without it
 */
public record SymbolTypes(TypeTable file, TypeTable voted) implements TypeTable {
    @Override
    public OptionalLong size(String structure) {
        OptionalLong own = readable(() -> file.size(structure), OptionalLong.empty());
        return own.isPresent() ? own : voted.size(structure);
    }

    @Override
    public Optional<MemberLocation> member(String structure, String path) {
        return inFile(structure, path).or(() -> voted.member(structure, path));
    }

    private Optional<MemberLocation> inFile(String structure, String path) {
        return readable(() -> file.member(structure, path), Optional.empty());
    }

    @Override
    public Optional<String> origin(String structure, String path) {
        return inFile(structure, path).isPresent()
                ? Optional.of("the kernel's symbol file")
                : voted.origin(structure, path).map(how -> how + "; the symbol file has it not");
    }

    @Override
    public Optional<String> absence(String structure, String path) {
        if (inFile(structure, path).isPresent()) {
            return Optional.empty();
        }
        return voted.absence(structure, path).map(why -> "the kernel's symbol file has it not, and " + why);
    }

    @Override
    public OptionalLong enumerator(String enumeration, String name) {
        OptionalLong own = readable(() -> file.enumerator(enumeration, name), OptionalLong.empty());
        return own.isPresent() ? own : voted.enumerator(enumeration, name);
    }

    @Override
    public Optional<TypeReference> reference(String name) {
        return readable(() -> file.reference(name), Optional.<TypeReference>empty())
                .or(() -> voted.reference(name));
    }

    private static <T> T readable(Supplier<T> lookup, T otherwise) {
        try {
            return lookup.get();
        } catch (MalformedDataException damaged) {
            return otherwise;
        }
    }
}
