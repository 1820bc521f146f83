package io.memflow.formats.registry;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.MissingPart;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A hive of the Windows registry. Keys and values are read when they are asked for. Nothing of the hive is trusted: what
 * contradicts itself is named in the lists, and the rest of a list is given. Logs of a file are not read: a hive that was not
 * written to its end says so in {@link #damage}. Thread-safe as its cells are.
 */
public final class RegistryHive {
    private final BaseBlock base;
    private final CellSource cells;
    private final String mountPoint;
    private final List<MissingPart> damage;

    private RegistryHive(BaseBlock base, CellSource cells, String mountPoint, List<MissingPart> damage) {
        this.base = base;
        this.cells = cells;
        this.mountPoint = mountPoint;
        this.damage = List.copyOf(damage);
    }

    /** Whether the bytes begin like a hive. */
    public static boolean isHive(MemorySegment bytes) {
        return BaseBlock.isHive(bytes);
    }

    /**
     * A hive in a file.
     *
     * @param file the whole file; it must stay valid as long as the hive is used
     * @throws io.memflow.core.error.MalformedDataException when it is none, or a log
     */
    public static RegistryHive ofFile(MemorySegment file) {
        BaseBlock base = BaseBlock.parse(file);
        if (base.type() == BaseBlock.Type.LOG) {
            throw HiveLimits.malformed(28, "this is a log of changes, which has no keys; open the hive beside it");
        }
        FileCells cells = new FileCells(file, base.bytes());
        List<MissingPart> damage = new ArrayList<>(base.damage());
        damage.addAll(cells.damage());
        return new RegistryHive(base, cells, "", damage);
    }

    /**
     * A hive whose cells lie elsewhere.
     *
     * @param mountPoint what paths of its keys begin with; empty for none
     */
    public static RegistryHive of(BaseBlock base, CellSource cells, String mountPoint) {
        return new RegistryHive(base, cells, mountPoint, List.of());
    }

    public BaseBlock baseBlock() {
        return base;
    }

    CellSource cells() {
        return cells;
    }

    /** What paths of its keys begin with; empty for none. */
    public String mountPoint() {
        return mountPoint;
    }

    /** What of the hive as a whole is not there: changes that are in its logs only, bins, the end of the file. */
    public List<MissingPart> damage() {
        return damage;
    }

    /**
     * The key that all others are below.
     *
     * @throws MemflowException when it cannot be read
     */
    public HiveKey root() {
        return HiveKey.read(this, base.root(), null);
    }

    /**
     * The key at a path.
     *
     * @param path names from the root on, divided by backslashes, in any case of letters; empty for the root
     * @throws MemflowException when the root cannot be read
     */
    public Optional<HiveKey> key(String path) {
        Optional<HiveKey> key = Optional.of(root());
        for (String name : path.split("\\\\", -1)) {
            if (!name.isEmpty()) {
                key = key.flatMap(above -> above.subkey(name));
            }
        }
        return key;
    }
}
