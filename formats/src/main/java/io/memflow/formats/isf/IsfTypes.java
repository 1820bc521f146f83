package io.memflow.formats.isf;

import io.memflow.core.symbol.DescribedTypes;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The types of an ISF file. Immutable. */
final class IsfTypes extends DescribedTypes {
    /** What the format calls the size of all pointers. */
    private static final String POINTER = "pointer";
    /** dwarf2json and btf2json name enums that have no name of their own like this. */
    private static final String UNNAMED = "unnamed_";

    private static final int DEEPEST = IsfReader.DEEPEST + 2;

    private final IsfEntries entries;
    private final long pointerBytes;

    IsfTypes(IsfEntries entries) {
        super(Isf.FORMAT);
        this.entries = entries;
        IsfEntries.Base pointer = entries.bases().get(POINTER);
        pointerBytes = pointer == null ? Long.BYTES : pointer.bytes();
    }

    @Override
    public Optional<TypeReference> reference(String name) {
        String bare = name.substring(name.indexOf(' ') + 1);
        return switch (name.substring(0, Math.max(0, name.indexOf(' ')))) {
            case "struct", "union" -> structure(bare, name.startsWith("union"));
            case "enum" -> enumeration(bare);
            default ->
                structure(name, false)
                        .or(() -> structure(name, true))
                        .or(() -> enumeration(name))
                        .or(() -> base(name));
        };
    }

    private Optional<TypeReference> structure(String name, boolean isUnion) {
        IsfEntries.Structure found = entries.structures().get(name);
        return found == null || (found.layout() == TypeShape.Structure.Layout.UNION) != isUnion
                ? Optional.empty()
                : Optional.of(new Reference(
                        this, new IsfType.Named(isUnion ? IsfType.Kind.UNION : IsfType.Kind.STRUCT, name)));
    }

    private Optional<TypeReference> enumeration(String name) {
        return entries.enums().containsKey(name)
                ? Optional.of(new Reference(this, new IsfType.Named(IsfType.Kind.ENUM, name)))
                : Optional.empty();
    }

    private Optional<TypeReference> base(String name) {
        return entries.bases().containsKey(name)
                ? Optional.of(new Reference(this, new IsfType.Named(IsfType.Kind.BASE, name)))
                : Optional.empty();
    }

    @Override
    protected OptionalLong anonymousEnumerator(String name) {
        return entries.enums().entrySet().stream()
                .filter(one -> one.getKey().startsWith(UNNAMED))
                .map(one -> value(one.getValue().enumerators(), name))
                .filter(OptionalLong::isPresent)
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    private record Reference(IsfTypes types, IsfType type) implements TypeReference {
        @Override
        public String name() {
            return text(type);
        }

        @Override
        public TypeShape shape() {
            return types.shape(type, 0);
        }
    }

    private static String text(IsfType type) {
        return switch (type) {
            case IsfType.Named named -> named.kind() == IsfType.Kind.BASE ? named.name() : keyword(named);
            case IsfType.Pointer pointer ->
                text(pointer.target()) + (pointer.target() instanceof IsfType.Pointer ? "*" : " *");
            case IsfType.Array array -> text(array.element()) + "[" + array.count() + "]";
            case IsfType.BitField bits -> text(bits.container());
            case IsfType.Other other -> other.name();
        };
    }

    private static String keyword(IsfType.Named named) {
        String keyword = switch (named.kind()) {
            case STRUCT -> "struct";
            case UNION -> "union";
            case ENUM -> "enum";
            case BASE -> "";
        };
        return keyword + " " + (named.name().startsWith(UNNAMED) ? "{...}" : named.name());
    }

    private TypeShape shape(IsfType type, int depth) {
        if (depth > DEEPEST) {
            throw Isf.malformed(0, "a type nests more than %d deep".formatted(DEEPEST));
        }
        return switch (type) {
            case IsfType.Named named -> named(named);
            case IsfType.Pointer pointer -> new TypeShape.Pointer(pointerBytes, new Reference(this, pointer.target()));
            case IsfType.Array array -> array(array, depth);
            case IsfType.BitField bits -> shape(bits.container(), depth + 1);
            case IsfType.Other other -> new TypeShape.Opaque();
        };
    }

    private TypeShape array(IsfType.Array array, int depth) {
        long element = shape(array.element(), depth + 1).bytes();
        if (Math.multiplyHigh(element, array.count()) != 0 || element * array.count() < 0) {
            throw Isf.malformed(0, "an array of %d elements is larger than any memory".formatted(array.count()));
        }
        return new TypeShape.Array(element * array.count(), array.count(), new Reference(this, array.element()));
    }

    private TypeShape named(IsfType.Named named) {
        return switch (named.kind()) {
            case BASE -> {
                IsfEntries.Base base = entries.bases().get(named.name());
                yield base == null ? new TypeShape.Opaque() : number(base);
            }
            case STRUCT, UNION -> {
                IsfEntries.Structure found = entries.structures().get(named.name());
                yield found == null ? new TypeShape.Opaque() : structure(found);
            }
            case ENUM -> {
                IsfEntries.Values found = entries.enums().get(named.name());
                yield found == null
                        ? new TypeShape.Opaque()
                        : new TypeShape.Enumeration(found.bytes(), found.enumerators());
            }
        };
    }

    private static TypeShape number(IsfEntries.Base base) {
        return switch (base.kind()) {
            case "void" -> new TypeShape.Opaque();
            case "float" -> new TypeShape.Real(base.bytes());
            default -> new TypeShape.Integral(base.bytes(), base.encoding());
        };
    }

    private TypeShape structure(IsfEntries.Structure found) {
        List<TypeShape.Member> members =
                found.fields().stream().map(this::member).toList();
        return new TypeShape.Structure(found.bytes(), found.layout(), members);
    }

    private TypeShape.Member member(IsfEntries.Field field) {
        long bits = field.offset() * Byte.SIZE;
        return field.type() instanceof IsfType.BitField part
                ? new TypeShape.Member(
                        field.name(), new Reference(this, part.container()), bits + part.position(), part.length())
                : new TypeShape.Member(field.name(), new Reference(this, field.type()), bits, 0);
    }
}
