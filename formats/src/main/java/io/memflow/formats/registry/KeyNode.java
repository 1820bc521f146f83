package io.memflow.formats.registry;

import io.memflow.formats.endian.LittleEndian;
import io.memflow.formats.filetime.FileTime;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a key's cell ({@code _CM_KEY_NODE}), as they are. Immutable.
 *
 * @param flags {@code KEY_VOLATILE} and others
 * @param lastWritten null for none
 * @param parent index of the parent's cell, which for a root key is in another hive
 * @param stableSubkeys number of subkeys that are in the file too
 * @param volatileSubkeys number of those that are in memory only
 * @param stableList index of the list of the former
 * @param volatileList index of the list of the latter
 * @param values number of values
 * @param valueList index of their list
 * @param security index of the cell with its security descriptor
 * @param classCell index of the cell with its class
 * @param classBytes bytes of its class
 * @param name its own name, as far as the cell has it
 * @param nameFault why its name is not whole; empty when it is
 */
record KeyNode(
        int flags,
        @Nullable Instant lastWritten,
        int parent,
        long stableSubkeys,
        long volatileSubkeys,
        int stableList,
        int volatileList,
        long values,
        int valueList,
        int security,
        int classCell,
        int classBytes,
        String name,
        String nameFault) {
    static final int VOLATILE = 0x01;
    /** Another hive is mounted there; the fields of lists are then that hive's address. */
    static final int MOUNT = 0x02;

    static final int ROOT = 0x04;
    static final int LINK = 0x10;
    private static final int COMPRESSED_NAME = 0x20;
    /** {@code nk}. */
    private static final int SIGNATURE = 0x6B6E;

    private static final int FIXED = 76;

    /**
     * Reads a cell.
     *
     * @throws io.memflow.core.error.MalformedDataException when it is no key
     */
    static KeyNode read(CellSource cells, int index) {
        MemorySegment cell = cells.cell(index);
        CellText.requireSignature(cell, index, SIGNATURE, FIXED, "key");
        int flags = LittleEndian.u16(cell, 2);
        boolean isLocal = (flags & MOUNT) == 0;
        CellText name =
                CellText.read(cell, FIXED, LittleEndian.u16(cell, 72), CellText.encoding(flags & COMPRESSED_NAME));
        return new KeyNode(
                flags,
                FileTime.instant(LittleEndian.u64(cell, 4)),
                LittleEndian.s32(cell, 16),
                isLocal ? LittleEndian.u32(cell, 20) : 0,
                isLocal ? LittleEndian.u32(cell, 24) : 0,
                LittleEndian.s32(cell, 28),
                LittleEndian.s32(cell, 32),
                isLocal ? LittleEndian.u32(cell, 36) : 0,
                LittleEndian.s32(cell, 40),
                LittleEndian.s32(cell, 44),
                LittleEndian.s32(cell, 48),
                LittleEndian.u16(cell, 74),
                name.text(),
                name.fault());
    }

    boolean is(int flag) {
        return (flags & flag) != 0;
    }
}
