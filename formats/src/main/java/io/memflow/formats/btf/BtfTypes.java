package io.memflow.formats.btf;

import io.memflow.core.error.MalformedDataException;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The type section as ints, with the place of each type and a hash index of the names that are looked up. Ids start at 1;
 * id 0 is void, and those of a module follow those of the kernel. Construction proves that every name and type reference
 * is in range. Immutable.
 */
final class BtfTypes {
    /** Bits of {@code info} that the format defines: vlen 0-15, kind 24-28, kind_flag 31. */
    private static final int INFO_BITS = 0x9F00_FFFF;

    private final int[] data;
    private final BtfStrings strings;
    private final int base;
    private final @Nullable BtfTypes kernel;
    /** Ids up to here are the kernel's. */
    private final int below;

    private int[] starts;
    private int[] nextOfSameHash;
    private final int[] firstOfHash;
    private int count;
    private int highestReference;
    private boolean flaggedEnums;

    BtfTypes(MemorySegment blob, BtfHeader header, BtfStrings strings) {
        this(section(blob, header), header.typesOffset(), strings);
    }

    /**
     * @param data the type section
     * @param base where it lay in the blob, for messages
     */
    BtfTypes(int[] data, int base, BtfStrings strings) {
        this(data, base, strings, null);
    }

    /**
     * @param data the type section
     * @param base where it lay in the blob, for messages
     * @param kernel the types that these continue
     */
    BtfTypes(int[] data, int base, BtfStrings strings, @Nullable BtfTypes kernel) {
        this.data = data;
        this.base = base;
        this.kernel = kernel;
        below = kernel == null ? 0 : kernel.count();
        this.strings = strings;
        // Kernels have one type per 10 ints and an indexed name per 50: both tables rarely grow or collide.
        starts = new int[Math.max(16, data.length / 8)];
        nextOfSameHash = new int[starts.length];
        firstOfHash = new int[Math.max(16, Integer.highestOneBit(data.length / 32 + 1) << 1)];
        scan();
    }

    static int[] section(MemorySegment blob, BtfHeader header) {
        int[] data = new int[header.typesLength() / Integer.BYTES];
        MemorySegment.copy(blob, LittleEndian.INT, header.typesOffset(), data, 0, data.length);
        return data;
    }

    private void scan() {
        int position = 0;
        while (position < data.length) {
            position = scanType(position);
        }
        if (highestReference > count()) {
            throw BtfHeader.malformed(
                    base, "a type refers to type %d, but there are only %d".formatted(highestReference, count()));
        }
    }

    private int scanType(int position) {
        int rest = data.length - position - BtfKind.TYPE_INTS;
        if (rest < 0) {
            throw malformed(position, "the type section ends within a type");
        }
        int info = data[position + 1];
        int kind = info >>> 24 & 0x1F;
        if ((info & ~INFO_BITS) != 0 || kind == BtfKind.VOID || kind > BtfKind.ENUM64) {
            throw malformed(position, "type %d has no known kind, its info is 0x%08x".formatted(count + 1, info));
        }
        int entries = info & 0xFFFF;
        int extra = BtfKind.extraInts(kind, entries);
        if (extra > rest) {
            throw malformed(position, "type %d reaches beyond the type section".formatted(count + 1));
        }
        int id = append(position);
        checkName(position);
        if (BtfKind.refersToType(kind)) {
            checkReference(position + 2);
        }
        checkEntries(kind, position + BtfKind.TYPE_INTS, entries);
        if (BtfKind.isIndexed(kind)) {
            index(id, position);
            flaggedEnums |= kind == BtfKind.ENUM64 || (kind == BtfKind.ENUM && info < 0);
        }
        return position + BtfKind.TYPE_INTS + extra;
    }

    private int append(int position) {
        int id = ++count;
        if (id >= starts.length) {
            int length = Math.min(starts.length * 2, data.length / BtfKind.TYPE_INTS + 2);
            starts = Arrays.copyOf(starts, length);
            nextOfSameHash = Arrays.copyOf(nextOfSameHash, length);
        }
        starts[id] = position;
        return id;
    }

    private void checkEntries(int kind, int first, int entries) {
        switch (kind) {
            case BtfKind.STRUCT, BtfKind.UNION -> checkMembers(first, entries);
            case BtfKind.ENUM -> checkNames(first, entries, BtfKind.ENUM_INTS);
            case BtfKind.ENUM64 -> checkNames(first, entries, BtfKind.ENUM64_INTS);
            case BtfKind.ARRAY -> {
                checkReference(first);
                checkReference(first + 1);
            }
            case BtfKind.FUNC_PROTO -> {
                checkNames(first, entries, 2);
                checkReferences(first + 1, entries, 2);
            }
            case BtfKind.DATASEC -> checkReferences(first, entries, 3);
            default -> {
                // The other kinds have neither names nor ids in what follows them.
            }
        }
    }

    private void checkMembers(int first, int entries) {
        int end = first + entries * BtfKind.MEMBER_INTS;
        for (int member = first; member < end; member += BtfKind.MEMBER_INTS) {
            checkName(member);
            checkReference(member + 1);
        }
    }

    private void checkNames(int first, int entries, int stride) {
        for (int entry = 0; entry < entries; entry++) {
            checkName(first + entry * stride);
        }
    }

    private void checkReferences(int first, int entries, int stride) {
        for (int entry = 0; entry < entries; entry++) {
            checkReference(first + entry * stride);
        }
    }

    private void checkName(int position) {
        int name = data[position];
        if (name < 0 || name >= strings.length()) {
            throw malformed(position, "name offset 0x%x is outside the string section".formatted(name));
        }
    }

    private void checkReference(int position) {
        int id = data[position];
        if (id < 0) {
            throw malformed(position, "type id 0x%x is out of range".formatted(id));
        }
        if (id > highestReference) {
            highestReference = id;
        }
    }

    private void index(int id, int position) {
        int name = data[position];
        if (name != 0) {
            int bucket = strings.hash(name) & firstOfHash.length - 1;
            nextOfSameHash[id] = firstOfHash[bucket];
            firstOfHash[bucket] = id;
        }
    }

    private MalformedDataException malformed(int position, String reason) {
        return BtfHeader.malformed(base + (long) position * Integer.BYTES, reason);
    }

    /** The lowest id of that kind and name, a module's own first, or 0. */
    int find(byte[] name, int kind) {
        int found = 0;
        int own = firstOfHash[BtfStrings.hash(name) & firstOfHash.length - 1];
        // Chains run from high ids to low ones.
        for (; own != 0; own = nextOfSameHash[own]) {
            if (kind(below + own) == kind && strings.equals(name(below + own), name)) {
                found = below + own;
            }
        }
        return found == 0 && kernel != null ? kernel.find(name, kind) : found;
    }

    /** The section that has an id. */
    private BtfTypes of(int id) {
        return kernel != null && id <= below ? kernel : this;
    }

    private int word(int id, int index) {
        BtfTypes owner = of(id);
        return owner.data[owner.starts[id - owner.below] + index];
    }

    /** How many types there are; valid ids are 0 to this. */
    int count() {
        return below + count;
    }

    /** Words of the whole section: more than all types together have members. */
    int words() {
        return data.length + (kernel == null ? 0 : kernel.words());
    }

    /**
     * Whether enums tell by their kind_flag if they are signed. Writers older than that flag never set it and store
     * signed values.
     */
    boolean hasFlaggedEnums() {
        return flaggedEnums || (kernel != null && kernel.hasFlaggedEnums());
    }

    int kind(int id) {
        return id == 0 ? BtfKind.VOID : word(id, 1) >>> 24 & 0x1F;
    }

    boolean kindFlag(int id) {
        return word(id, 1) < 0;
    }

    /** Offset of the type's name in the string section. */
    int name(int id) {
        return id == 0 ? 0 : word(id, 0);
    }

    /** The third int of the type: size in bytes, or the id of another type. */
    int sizeOrType(int id) {
        return word(id, 2);
    }

    /** Number of members, enumerators or parameters. */
    int entries(int id) {
        return word(id, 1) & 0xFFFF;
    }

    /** The int at {@code index} behind the type's {@code struct btf_type}. */
    int extra(int id, int index) {
        return word(id, BtfKind.TYPE_INTS + index);
    }
}
