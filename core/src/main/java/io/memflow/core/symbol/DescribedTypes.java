package io.memflow.core.symbol;

import io.memflow.core.error.MalformedDataException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A table of types whose source describes each type whole: sizes, members and enumerators follow from the descriptions.
 * Thread-safe when the references are.
 */
public abstract class DescribedTypes implements TypeTable {
    /** Real nesting of anonymous members is under ten deep. */
    private static final int DEEPEST = 32;

    /** Members one search may look at; the largest kernel structures have some hundreds. */
    private static final int MOST_MEMBERS = 1 << 18;

    private final String format;

    /**
     * @param format the source's name in errors, such as {@code DWARF}
     */
    protected DescribedTypes(String format) {
        this.format = format;
    }

    /** How the values of the enums without a name are found. */
    protected abstract OptionalLong anonymousEnumerator(String name);

    private Optional<TypeShape.Structure> structure(String name) {
        for (String keyword : List.of("struct ", "union ", "")) {
            Optional<TypeReference> found = name.isEmpty() ? Optional.empty() : reference(keyword + name);
            if (found.isPresent() && found.get().shape() instanceof TypeShape.Structure structure) {
                return Optional.of(structure);
            }
        }
        return Optional.empty();
    }

    @Override
    public OptionalLong size(String structure) {
        return structure(structure).map(found -> OptionalLong.of(found.bytes())).orElse(OptionalLong.empty());
    }

    @Override
    public Optional<MemberLocation> member(String structure, String path) {
        return structure(structure)
                .flatMap(found -> Optional.ofNullable(new Search(path.split("\\.", -1)).in(found, 0, 0, 0)));
    }

    /**
     * {@inheritDoc}
     *
     * @param enumeration name of the enum; empty to search all enums without a name
     */
    @Override
    public OptionalLong enumerator(String enumeration, String name) {
        if (enumeration.isEmpty()) {
            return anonymousEnumerator(name);
        }
        Optional<TypeReference> found = reference("enum " + enumeration);
        return found.isPresent() && found.get().shape() instanceof TypeShape.Enumeration values
                ? value(values.enumerators(), name)
                : OptionalLong.empty();
    }

    /** The value of the first enumerator of that name. */
    protected static OptionalLong value(List<TypeShape.Enumerator> enumerators, String name) {
        return enumerators.stream()
                .filter(one -> one.name().equals(name))
                .mapToLong(TypeShape.Enumerator::value)
                .findFirst();
    }

    /** One search; counts its work, because damaged types can nest without end. Confined. */
    private final class Search {
        private final String[] path;
        private int budget = MOST_MEMBERS;

        Search(String[] path) {
            this.path = path;
        }

        @Nullable
        MemberLocation in(TypeShape.Structure structure, int step, long bits, int depth) {
            budget -= structure.members().size();
            if (depth > DEEPEST || budget < 0) {
                throw new MalformedDataException(format, 0, "a structure nests deeper than structures do");
            }
            for (TypeShape.Member member : structure.members()) {
                long at = bits + member.bitOffset();
                if (member.name().isEmpty()) {
                    MemberLocation found = member.type().shape() instanceof TypeShape.Structure inner
                            ? in(inner, step, at, depth + 1)
                            : null;
                    if (found != null) {
                        return found;
                    }
                } else if (member.name().equals(path[step])) {
                    return named(member, step, at, depth);
                }
            }
            return null;
        }

        private @Nullable MemberLocation named(TypeShape.Member member, int step, long at, int depth) {
            TypeShape shape = member.type().shape();
            if (step == path.length - 1) {
                return new MemberLocation(at, member.bitSize(), shape.bytes());
            }
            return shape instanceof TypeShape.Structure inner ? in(inner, step + 1, at, depth + 1) : null;
        }
    }
}
