package io.memflow.formats.btf;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import io.memflow.core.symbol.TypeTable;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The types of one kernel, from the BTF blob in its read-only data. Little-endian, version 1, all kinds up to
 * BTF_KIND_ENUM64. Parsing copies the blob, so a live guest may change it afterwards. The split BTF of a kernel module is
 * read with the kernel's own, whose types it continues.
 *
 * <p>Lookups create no strings for names they pass over, and cost a hash lookup plus a walk over the members of one
 * structure. They throw {@link MalformedDataException} when the types they meet run in circles. A typedef of an
 * anonymous structure ({@code "atomic_t"}) is found by its own name. Immutable and thread-safe.
 */
public final class Btf implements TypeTable {
    private static final int[] ANY = {
        BtfKind.STRUCT, BtfKind.UNION, BtfKind.ENUM, BtfKind.ENUM64, BtfKind.TYPEDEF, BtfKind.INT
    };
    private static final Map<String, int[]> KEYWORDS = Map.of(
            "struct", new int[] {BtfKind.STRUCT},
            "union", new int[] {BtfKind.UNION},
            "enum", new int[] {BtfKind.ENUM, BtfKind.ENUM64});

    private final BtfTypes types;
    private final BtfStrings strings;
    private final BtfLayout layout;
    private final BtfShapes shapes;
    /** How many types damage has taken. */
    private final int lost;

    private Btf(BtfTypes types, BtfStrings strings, int lost) {
        this.types = types;
        this.lost = lost;
        this.strings = strings;
        layout = new BtfLayout(types, strings);
        shapes = new BtfShapes(types, strings, layout, this::enumerators);
    }

    /**
     * Reads and checks a whole blob: header, type section consumed exactly, names and type ids in range.
     *
     * @param blob starts with the BTF header; may be longer than the blob
     * @throws MalformedDataException when it is no intact BTF
     */
    public static Btf parse(MemorySegment blob) {
        BtfHeader header = BtfHeader.parse(blob);
        BtfStrings strings = new BtfStrings(blob, header);
        return new Btf(new BtfTypes(blob, header, strings), strings, 0);
    }

    /**
     * Reads and checks the whole blob of a kernel module. Lookups in it find the module's own types, then the kernel's.
     *
     * @param blob starts with the BTF header; may be longer than the blob
     * @param kernel the kernel's types, whole
     * @throws MalformedDataException when it is no intact BTF that continues these
     */
    public static Btf parseSplit(MemorySegment blob, Btf kernel) {
        BtfHeader header = BtfHeader.parseSplit(blob);
        BtfStrings strings = new BtfStrings(blob, header, kernel.strings);
        int[] section = BtfTypes.section(blob, header);
        return new Btf(new BtfTypes(section, header.typesOffset(), strings, kernel.types), strings, 0);
    }

    /**
     * Reads what is left of a blob some pages of which were overwritten: only the header must be intact.
     * What is found is as it was; a member whose own type is lost has size 0, and what lies in a lost structure is absent.
     *
     * @param blob starts with the BTF header; may be longer than the blob
     * @throws MalformedDataException when too little is left
     */
    public static Btf parseDamaged(MemorySegment blob) {
        BtfHeader header = BtfHeader.parseDamaged(blob);
        BtfStrings strings = new BtfStrings(blob, header);
        BtfRepair.Repaired repaired = BtfRepair.repair(BtfTypes.section(blob, header), header.stringsLength());
        return new Btf(new BtfTypes(repaired.data(), header.typesOffset(), strings), strings, repaired.lost());
    }

    /** How many types are lost to damage: 0 for a blob that {@link #parse} accepts. */
    public int lostTypes() {
        return lost;
    }

    @Override
    public Optional<String> absence(String structure, String path) {
        return lost == 0
                ? Optional.empty()
                : Optional.of("%d of %d types in the kernel's BTF are lost to damage".formatted(lost, typeCount()));
    }

    /**
     * Says how many bytes the blob at the start of a larger segment takes. Checks the header and the ends of the string
     * section only, which is enough to pass over copies of the bare header.
     *
     * @return empty when no whole blob starts here
     */
    public static OptionalLong blobSize(MemorySegment start) {
        try {
            return OptionalLong.of(BtfHeader.parse(start).blobLength());
        } catch (MalformedDataException notBtf) {
            // To a scanner a wrong header is no error but the answer.
            return OptionalLong.empty();
        }
    }

    /** How many types there are, void not counted. */
    public int typeCount() {
        return types.count();
    }

    @Override
    public OptionalLong size(String structure) {
        int id = structureId(structure);
        return id == 0 ? OptionalLong.empty() : OptionalLong.of(layout.size(id));
    }

    @Override
    public Optional<MemberLocation> member(String structure, String path) {
        int id = structureId(structure);
        return id == 0 ? Optional.empty() : Optional.ofNullable(layout.find(id, steps(path)));
    }

    @Override
    public Optional<String> origin(String structure, String path) {
        return member(structure, path).map(known -> "BTF");
    }

    /**
     * {@inheritDoc}
     *
     * @param enumeration name of the enum; empty to search all enums without a name
     */
    @Override
    public OptionalLong enumerator(String enumeration, String name) {
        byte[] wanted = BtfStrings.encode(name);
        if (enumeration.isEmpty()) {
            return anonymousEnumerator(wanted);
        }
        byte[] tag = BtfStrings.encode(enumeration);
        int id = types.find(tag, BtfKind.ENUM);
        if (id == 0) {
            id = types.find(tag, BtfKind.ENUM64);
        }
        return id == 0 ? OptionalLong.empty() : enumerator(id, wanted);
    }

    private OptionalLong anonymousEnumerator(byte[] name) {
        for (int id = 1; id <= types.count(); id++) {
            int kind = types.kind(id);
            if ((kind == BtfKind.ENUM || kind == BtfKind.ENUM64) && types.name(id) == 0) {
                OptionalLong value = enumerator(id, name);
                if (value.isPresent()) {
                    return value;
                }
            }
        }
        return OptionalLong.empty();
    }

    private OptionalLong enumerator(int id, byte[] name) {
        int stride = types.kind(id) == BtfKind.ENUM ? BtfKind.ENUM_INTS : BtfKind.ENUM64_INTS;
        int entries = types.entries(id);
        for (int entry = 0; entry < entries; entry++) {
            if (strings.equals(types.extra(id, entry * stride), name)) {
                return OptionalLong.of(enumValue(id, entry * stride + 1));
            }
        }
        return OptionalLong.empty();
    }

    private long enumValue(int id, int index) {
        int low = types.extra(id, index);
        if (types.kind(id) == BtfKind.ENUM64) {
            return (long) types.extra(id, index + 1) << Integer.SIZE | Integer.toUnsignedLong(low);
        }
        boolean signed = types.kindFlag(id) || !types.hasFlaggedEnums();
        return signed ? low : Integer.toUnsignedLong(low);
    }

    private List<TypeShape.Enumerator> enumerators(int id) {
        int stride = types.kind(id) == BtfKind.ENUM ? BtfKind.ENUM_INTS : BtfKind.ENUM64_INTS;
        List<TypeShape.Enumerator> found = new ArrayList<>();
        for (int entry = 0; entry < types.entries(id); entry++) {
            String name = strings.get(types.extra(id, entry * stride));
            found.add(new TypeShape.Enumerator(name, enumValue(id, entry * stride + 1)));
        }
        return found;
    }

    /** {@inheritDoc} Without a keyword a struct comes before a union, an enum, a typedef and a number. */
    @Override
    public Optional<TypeReference> reference(String name) {
        int space = name.indexOf(' ');
        boolean tagged = space > 0 && KEYWORDS.containsKey(name.substring(0, space));
        int[] kinds = tagged ? KEYWORDS.getOrDefault(name.substring(0, space), ANY) : ANY;
        byte[] wanted = BtfStrings.encode(tagged ? name.substring(space + 1) : name);
        for (int kind : kinds) {
            int id = wanted.length == 0 ? 0 : types.find(wanted, kind);
            if (id != 0) {
                return Optional.of(shapes.reference(id));
            }
        }
        return Optional.empty();
    }

    /** The type id of the struct or union of that name, for {@link #members(int)}. */
    public OptionalInt structure(String name) {
        int id = structureId(name);
        return id == 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * The members of a struct or union in declaration order; anonymous members appear as one member with an empty name,
     * and are opened by asking for their {@link BtfMember#typeId()}.
     *
     * @param typeId id of the type; typedefs and qualifiers are looked through
     * @return empty when the type is no struct or union, or has no members
     * @throws IllegalArgumentException when there is no such id
     */
    public List<BtfMember> members(int typeId) {
        if (typeId < 0 || typeId > types.count()) {
            throw new IllegalArgumentException("type id %d of %d".formatted(typeId, types.count()));
        }
        int structure = layout.resolve(typeId);
        if (!BtfKind.isStructure(types.kind(structure))) {
            return List.of();
        }
        BtfTypeText text = new BtfTypeText(types, strings);
        List<BtfMember> members = new ArrayList<>();
        for (int index = 0; index < types.entries(structure); index++) {
            int type = layout.memberType(structure, index);
            members.add(new BtfMember(
                    strings.get(layout.memberName(structure, index)),
                    text.describe(type),
                    type,
                    layout.memberBitOffset(structure, index),
                    layout.memberBitSize(structure, index),
                    layout.size(type)));
        }
        return List.copyOf(members);
    }

    /** A full definition of that name: struct before union before a typedef of either; 0 when there is none. */
    private int structureId(String name) {
        if (name.isEmpty()) {
            return 0;
        }
        byte[] wanted = BtfStrings.encode(name);
        int id = types.find(wanted, BtfKind.STRUCT);
        if (id == 0) {
            id = types.find(wanted, BtfKind.UNION);
        }
        if (id == 0) {
            id = layout.resolve(types.find(wanted, BtfKind.TYPEDEF));
        }
        return BtfKind.isStructure(types.kind(id)) ? id : 0;
    }

    private static byte[][] steps(String path) {
        String[] names = path.split("\\.", -1);
        byte[][] steps = new byte[names.length][];
        for (int index = 0; index < names.length; index++) {
            steps[index] = BtfStrings.encode(names[index]);
        }
        return steps;
    }
}
