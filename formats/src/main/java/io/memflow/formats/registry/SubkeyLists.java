package io.memflow.formats.registry;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The lists of one key's subkeys: {@code li}, {@code lf}, {@code lh}, and {@code ri}, which lists those. Confined. */
final class SubkeyLists {
    private static final int LEAF = 0x696C;
    private static final int FAST_LEAF = 0x666C;
    private static final int HASH_LEAF = 0x686C;
    private static final int ROOT = 0x6972;
    private static final int HEADER = 4;

    private final HiveKey key;
    private final RegistryHive hive;
    private final DamageNotes notes = new DamageNotes();
    private final Set<Integer> seen = new HashSet<>();
    private final List<HiveKey> found = new ArrayList<>();

    SubkeyLists(RegistryHive hive, HiveKey key) {
        this.hive = hive;
        this.key = key;
    }

    Listing<HiveKey> read() {
        KeyNode node = key.node();
        addAll("subkeys", node.stableSubkeys(), node.stableList());
        if (hive.cells().extent() == CellSource.Extent.STABLE_AND_VOLATILE) {
            addAll("volatile subkeys", node.volatileSubkeys(), node.volatileList());
        }
        return new Listing<>(found, notes.parts());
    }

    private void addAll(String what, long count, int list) {
        if (count == 0) {
            return;
        }
        if (key.depth() >= HiveLimits.DEEPEST) {
            notes.add(what + " of " + key.name(), "they are more than %d levels deep".formatted(HiveLimits.DEEPEST));
            return;
        }
        int before = found.size();
        boolean wasWhole = notes.isEmpty();
        addList(what, list, ROOT);
        int listed = found.size() - before;
        if (wasWhole && notes.isEmpty() && listed != count) {
            notes.add(what, "%d are listed, and there should be %d".formatted(listed, count));
        }
    }

    /**
     * @param from signature of the list it was found in; {@link #ROOT} for the first
     */
    private void addList(String what, int index, int from) {
        if (!seen.add(index)) {
            notes.add("list of " + what, "cell 0x%x is met twice".formatted(index));
            return;
        }
        try {
            MemorySegment cell = hive.cells().cell(index);
            int signature = cell.byteSize() < HEADER ? 0 : LittleEndian.u16(cell, 0);
            switch (signature) {
                case LEAF -> addKeys(cell, Integer.BYTES, index);
                case FAST_LEAF, HASH_LEAF -> addKeys(cell, Long.BYTES, index);
                case ROOT -> addLeaves(what, cell, index, from);
                default ->
                    throw HiveLimits.malformed(
                            Integer.toUnsignedLong(index), "cell 0x%x is no list of subkeys".formatted(index));
            }
        } catch (MemflowException damaged) {
            notes.add("list of " + what, damaged);
        }
    }

    private void addLeaves(String what, MemorySegment cell, int index, int from) {
        if (from != ROOT) {
            throw HiveLimits.malformed(
                    Integer.toUnsignedLong(index), "cell 0x%x is a list of lists in one".formatted(index));
        }
        int count = entries(cell, Integer.BYTES, index);
        for (int entry = 0; entry < count; entry++) {
            addList(what, LittleEndian.s32(cell, HEADER + (long) entry * Integer.BYTES), LEAF);
        }
    }

    private void addKeys(MemorySegment cell, int entryBytes, int index) {
        int count = entries(cell, entryBytes, index);
        for (int entry = 0; entry < count; entry++) {
            addKey(LittleEndian.s32(cell, HEADER + (long) entry * entryBytes));
        }
    }

    /** How many of its entries a list has room for. */
    private int entries(MemorySegment cell, int entryBytes, int index) {
        int count = LittleEndian.u16(cell, 2);
        long room = (cell.byteSize() - HEADER) / entryBytes;
        if (count > room) {
            notes.add(
                    "end of the list 0x%x".formatted(index),
                    "it has %d entries, and its cell has room for %d".formatted(count, room));
        }
        return (int) Math.min(count, room);
    }

    private void addKey(int index) {
        String what = "key 0x%x".formatted(index);
        if (!seen.add(index)) {
            notes.add(what, "it is listed twice");
        } else if (key.isBelow(index)) {
            notes.add(what, "it is listed below itself");
        } else if (notes.isFull()) {
            notes.add(what, "not tried");
        } else {
            try {
                found.add(HiveKey.read(hive, index, key));
            } catch (MemflowException damaged) {
                notes.add(what, damaged);
            }
        }
    }
}
