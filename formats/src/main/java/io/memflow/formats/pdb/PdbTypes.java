package io.memflow.formats.pdb;

import io.memflow.core.symbol.DescribedTypes;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntPredicate;

/**
 * The types of a program database. Structures that a record only declares are looked up among the definitions; members of
 * base classes count as those of the class. Types are described when they are asked for: kept are the place of each record
 * and two hash chains, some 12 bytes for each type. Names of typedefs are those in the file's global symbols.
 *
 * <p>Immutable and thread-safe.
 */
public final class PdbTypes extends DescribedTypes {
    private static final IntPredicate STRUCTURE = Leaf::isStructure;
    private static final IntPredicate UNION = Leaf::isUnion;
    private static final IntPredicate ENUM = Leaf::isEnum;
    private static final Map<String, IntPredicate> KEYWORDS =
            Map.of("struct", STRUCTURE, "class", STRUCTURE, "union", UNION, "enum", ENUM);

    private final TypeStream types;
    private final TypeNameIndex names;
    private final PdbShapes shapes;
    private final GlobalSymbols globals;

    PdbTypes(TypeStream types, GlobalSymbols globals) {
        super(PdbLimits.FORMAT);
        this.types = types;
        this.globals = globals;
        names = new TypeNameIndex(types);
        shapes = new PdbShapes(types, names);
    }

    /** The first index that has a record. */
    public int firstIndex() {
        return types.first();
    }

    /** The index after the last that has a record. */
    public int endIndex() {
        return types.end();
    }

    /**
     * A type by its index; below {@link #firstIndex()} one of the basic types.
     *
     * @throws IllegalArgumentException when there is no such index
     */
    public TypeReference reference(int index) {
        if (index < 0 || index >= types.end()) {
            throw new IllegalArgumentException("type index 0x%x of 0x%x".formatted(index, types.end()));
        }
        return shapes.reference(index);
    }

    /** The index of the definition of that name: a structure before a union before an enum. */
    public OptionalInt definition(String name) {
        for (IntPredicate kind : List.of(STRUCTURE, UNION, ENUM)) {
            int found = name.isEmpty() ? 0 : names.find(name, kind);
            if (found != 0) {
                return OptionalInt.of(found);
            }
        }
        return OptionalInt.empty();
    }

    /** {@inheritDoc} Without a keyword a struct comes before a union, an enum and a typedef. */
    @Override
    public Optional<TypeReference> reference(String name) {
        int space = name.indexOf(' ');
        IntPredicate kind = space > 0 ? KEYWORDS.get(name.substring(0, space)) : null;
        if (kind != null) {
            int found = names.find(name.substring(space + 1), kind);
            return found == 0 ? Optional.empty() : Optional.of(shapes.reference(found));
        }
        OptionalInt found = definition(name);
        if (found.isEmpty() && !name.isEmpty()) {
            found = globals.typedef(name);
        }
        return found.isPresent() ? Optional.of(shapes.reference(found.getAsInt())) : Optional.empty();
    }

    @Override
    public Optional<String> origin(String structure, String path) {
        return member(structure, path).map(known -> PdbLimits.FORMAT);
    }

    /** The value of an enumerator of an enum without a name, which the global symbols have as a constant. */
    @Override
    protected OptionalLong anonymousEnumerator(String name) {
        for (int index = types.first(); index < types.end(); index++) {
            if (types.kind(index) == Leaf.ENUM
                    && NamedType.read(types, index).isAnonymous()
                    && shapes.reference(index).shape() instanceof TypeShape.Enumeration values) {
                OptionalLong found = value(values.enumerators(), name);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return globals.constant(name);
    }
}
