package io.memflow.formats.registry;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.RegistryKeyInfo;
import io.memflow.core.os.RegistryValueInfo;
import io.memflow.core.os.Row;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A key of a hive. Its own cell is read when it is made, all else when it is asked for. Thread-safe as the hive's cells are.
 */
public final class HiveKey implements Row {
    private static final List<String> SOURCES = List.of("subkey-list");
    /** Where the cell of a mount says which hive is mounted there ({@code ChildHiveReference.KeyHive}). */
    private static final int MOUNTED_HIVE_32 = 0x20;

    private static final int MOUNTED_HIVE_64 = 0x24;

    private final RegistryHive hive;
    private final int index;
    private final @Nullable HiveKey parent;
    private final KeyNode node;
    private final int depth;
    private final Provenance provenance;

    private HiveKey(RegistryHive hive, int index, @Nullable HiveKey parent, KeyNode node) {
        this.hive = hive;
        this.index = index;
        this.parent = parent;
        this.node = node;
        depth = parent == null ? 0 : parent.depth + 1;
        List<MissingPart> missing = new ArrayList<>();
        if (!node.nameFault().isEmpty()) {
            missing.add(new MissingPart("name", node.nameFault()));
        }
        if (parent != null && node.parent() != parent.index) {
            missing.add(new MissingPart(
                    "parent", "it names cell 0x%x, and 0x%x lists it".formatted(node.parent(), parent.index)));
        }
        provenance = new Provenance(SOURCES, missing);
    }

    /**
     * Reads the key in a cell.
     *
     * @param parent null for a root
     */
    static HiveKey read(RegistryHive hive, int index, @Nullable HiveKey parent) {
        return new HiveKey(hive, index, parent, KeyNode.read(hive.cells(), index));
    }

    KeyNode node() {
        return node;
    }

    /** Levels below its hive's root, which is at 0. */
    int depth() {
        return depth;
    }

    /** Whether a cell is its own or that of one of those above it. */
    boolean isBelow(int cell) {
        for (HiveKey key = this; key != null; key = key.parent) {
            if (key.index == cell) {
                return true;
            }
        }
        return false;
    }

    /** Index of its cell. */
    public int index() {
        return index;
    }

    /** Its own name; that of a root is the hive's affair and no part of paths. */
    public String name() {
        return node.name();
    }

    /** Names from the hive's mount point on, divided by backslashes; empty for the root of a hive that is not mounted. */
    public String path() {
        List<String> names = new ArrayList<>();
        HiveKey key = this;
        for (HiveKey above = key.parent; above != null; above = above.parent) {
            names.add(key.name());
            key = above;
        }
        if (!hive.mountPoint().isEmpty()) {
            names.add(hive.mountPoint());
        }
        return String.join("\\", names.reversed());
    }

    /** When it was changed; empty when that is not kept. */
    public Optional<Instant> lastWritten() {
        return Optional.ofNullable(node.lastWritten());
    }

    public RegistryKeyInfo.Kind kind() {
        if (node.is(KeyNode.MOUNT)) {
            return RegistryKeyInfo.Kind.MOUNT;
        }
        if (node.is(KeyNode.LINK)) {
            return RegistryKeyInfo.Kind.LINK;
        }
        return node.is(KeyNode.VOLATILE) ? RegistryKeyInfo.Kind.VOLATILE : RegistryKeyInfo.Kind.PLAIN;
    }

    /** Whether its cell says that it is the root of a hive. */
    public boolean isRoot() {
        return node.is(KeyNode.ROOT);
    }

    @Override
    public Provenance provenance() {
        return provenance;
    }

    /**
     * The class it was made with; empty when it has none.
     *
     * @throws MemflowException when it cannot be read
     */
    public Optional<String> className() {
        if (node.classBytes() == 0 || node.classCell() == CellSource.NONE) {
            return Optional.empty();
        }
        MemorySegment cell = hive.cells().cell(node.classCell());
        CellText text = CellText.read(cell, 0, node.classBytes(), CellText.encoding(0));
        if (!text.fault().isEmpty()) {
            throw HiveLimits.malformed(Integer.toUnsignedLong(node.classCell()), "a class: " + text.fault());
        }
        return Optional.of(text.text());
    }

    /**
     * Who may do what with it; empty when its cell names none.
     *
     * @throws MemflowException when it cannot be read
     */
    public Optional<SecurityCell> security() {
        return node.security() == CellSource.NONE
                ? Optional.empty()
                : Optional.of(SecurityCell.read(hive.cells(), node.security()));
    }

    /**
     * The address of the hive that is mounted there, {@code _HHIVE}; empty for a key that is no mount.
     *
     * @throws MemflowException when its cell cannot be read
     */
    public OptionalLong mountedHive(PointerWidth width) {
        if (!node.is(KeyNode.MOUNT)) {
            return OptionalLong.empty();
        }
        MemorySegment cell = hive.cells().cell(index);
        return OptionalLong.of(
                width == PointerWidth.BITS_64
                        ? LittleEndian.u64(cell, MOUNTED_HIVE_64)
                        : LittleEndian.u32(cell, MOUNTED_HIVE_32));
    }

    /** The keys directly below it, in the order of its lists: stable ones, then volatile ones. */
    public Listing<HiveKey> subkeys() {
        return new SubkeyLists(hive, this).read();
    }

    /** The key directly below it of that name, in any case of letters. */
    public Optional<HiveKey> subkey(String name) {
        return subkeys().rows().stream()
                .filter(key -> key.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** All keys below it, each before those below itself; a cell counts as a key once. */
    public Listing<HiveKey> descendants() {
        return new HiveWalk(this).all();
    }

    /** Its values, in the order of its list. */
    public Listing<RegistryValueInfo> values() {
        return new ValueList(hive, this).read();
    }

    /** The value of that name, in any case of letters; the empty name is that of the default value. */
    public Optional<RegistryValueInfo> value(String name) {
        return values().rows().stream()
                .filter(value -> value.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** As a row. */
    public RegistryKeyInfo info() {
        List<MissingPart> missing = new ArrayList<>(provenance.missing());
        String classText = null;
        try {
            classText = className().orElse(null);
        } catch (MemflowException damaged) {
            missing.add(new MissingPart("class", String.valueOf(damaged.getMessage())));
        }
        boolean hasVolatile = hive.cells().extent() == CellSource.Extent.STABLE_AND_VOLATILE;
        return new RegistryKeyInfo(
                path(),
                node.lastWritten(),
                classText,
                node.stableSubkeys() + (hasVolatile ? node.volatileSubkeys() : 0),
                node.values(),
                kind(),
                new Provenance(SOURCES, missing));
    }
}
