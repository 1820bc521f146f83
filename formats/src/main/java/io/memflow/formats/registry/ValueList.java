package io.memflow.formats.registry;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.RegistryValueInfo;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The values of one key ({@code _CM_KEY_VALUE}). Confined. */
final class ValueList {
    /** {@code vk}. */
    private static final int SIGNATURE = 0x6B76;

    private static final int FIXED = 20;
    private static final int COMPRESSED_NAME = 1;
    private static final long INLINE = 1L << 31;
    private static final int MOST_INLINE = 4;
    private static final int DATA_FIELD = 8;
    private static final List<String> SOURCES = List.of("value-list");

    private final RegistryHive hive;
    private final CellSource cells;
    private final KeyNode node;
    private final String path;
    private final DamageNotes notes = new DamageNotes();
    /** Bytes that values of one key may have together: those of the hive, since cells are of one value each. */
    private long budget;

    ValueList(RegistryHive hive, HiveKey key) {
        this.hive = hive;
        cells = hive.cells();
        node = key.node();
        path = key.path();
        budget = cells.bytes();
    }

    Listing<RegistryValueInfo> read() {
        List<RegistryValueInfo> values = new ArrayList<>();
        if (node.values() != 0) {
            try {
                addAll(cells.cell(node.valueList()), values);
            } catch (MemflowException damaged) {
                notes.add("list of values", damaged);
            }
        }
        return new Listing<>(values, notes.parts());
    }

    private void addAll(MemorySegment list, List<RegistryValueInfo> values) {
        long room = list.byteSize() / Integer.BYTES;
        if (node.values() > room) {
            notes.add(
                    "end of the list of values",
                    "there are %d, and its cell has room for %d".formatted(node.values(), room));
        }
        Set<Integer> seen = new HashSet<>();
        for (long entry = 0; entry < Math.min(room, node.values()); entry++) {
            int index = LittleEndian.s32(list, entry * Integer.BYTES);
            String what = "value 0x%x".formatted(index);
            if (!seen.add(index)) {
                notes.add(what, "it is listed twice");
            } else if (notes.isFull()) {
                notes.add(what, "not tried");
            } else {
                try {
                    values.add(value(index));
                } catch (MemflowException damaged) {
                    notes.add(what, damaged);
                }
            }
        }
    }

    private RegistryValueInfo value(int index) {
        MemorySegment cell = cells.cell(index);
        CellText.requireSignature(cell, index, SIGNATURE, FIXED, "value");
        List<MissingPart> missing = new ArrayList<>();
        CellText name = CellText.read(
                cell,
                FIXED,
                LittleEndian.u16(cell, 2),
                CellText.encoding(LittleEndian.u16(cell, 16) & COMPRESSED_NAME));
        if (!name.fault().isEmpty()) {
            missing.add(new MissingPart("name", name.fault()));
        }
        MemorySegment data = null;
        try {
            ValueData read = data(cell);
            data = read.bytes();
            if (!read.fault().isEmpty()) {
                missing.add(new MissingPart("data", read.fault()));
            }
        } catch (MemflowException damaged) {
            missing.add(new MissingPart("data", String.valueOf(damaged.getMessage())));
        }
        return new RegistryValueInfo(
                path, name.text(), LittleEndian.u32(cell, 12), data, new Provenance(SOURCES, missing));
    }

    private ValueData data(MemorySegment cell) {
        long length = LittleEndian.u32(cell, 4);
        if ((length & INLINE) != 0) {
            long inline = length & ~INLINE;
            long there = Math.min(inline, MOST_INLINE);
            return ValueData.of(cell.asSlice(DATA_FIELD, there), inline);
        }
        if (length > budget) {
            throw HiveLimits.malformed(
                    0, "%d bytes, more than are in the hive beside the key's other values".formatted(length));
        }
        budget -= length;
        return length == 0
                ? ValueData.EMPTY
                : ValueData.read(cells, LittleEndian.s32(cell, DATA_FIELD), length, hive.baseBlock());
    }
}
