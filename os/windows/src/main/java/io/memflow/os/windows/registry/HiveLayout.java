package io.memflow.os.windows.registry;

import io.memflow.core.structure.StructureLayout;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.OptionalLong;

/**
 * Where a kernel keeps what of a hive ({@code _CMHIVE}, which begins with an {@code _HHIVE}). Offsets in bytes. Immutable.
 *
 * @param pointerBytes bytes of a pointer
 * @param list of the links to the other hives
 * @param fullPath of the path of its file
 * @param userName of the name its file was opened by
 * @param rootPath of the path where it is mounted; empty before Windows Vista
 * @param baseBlock of the pointer to its base block
 * @param storage of what is kept of its stable cells; what is kept of volatile ones follows
 * @param storageBytes bytes of each of the two ({@code _DUAL})
 * @param entryBytes bytes of an entry of its map ({@code _HMAP_ENTRY})
 * @param entryForm how an entry leads to its block
 */
record HiveLayout(
        int pointerBytes,
        long list,
        long fullPath,
        long userName,
        OptionalLong rootPath,
        long baseBlock,
        long storage,
        long storageBytes,
        int entryBytes,
        EntryForm entryForm) {
    private static final String HIVE = "_CMHIVE";
    private static final String HEADER = "_HHIVE";
    private static final String ENTRY = "_HMAP_ENTRY";
    /** The first build whose entries do without temporary addresses: from then on bins are mapped for good. */
    private static final int MAPPED_BINS = 17134;

    /** What an entry of the map holds. */
    enum EntryForm {
        /** {@code BlockAddress}: where the block lies; 0 while it is not mapped. */
        BLOCK_ADDRESS,
        /** {@code BlockOffset} and then {@code PermanentBinAddress}, with flags in its low bits. */
        BIN_AND_OFFSET
    }

    /**
     * That of a kernel.
     *
     * @throws io.memflow.core.error.MemflowException of kind NOT_FOUND when the structures of its build are not known
     */
    static HiveLayout of(WindowsKernel kernel) {
        StructureLayout layout = kernel.layout();
        int pointer = kernel.pointerBytes();
        int build = kernel.version().build();
        long storage = layout.offset(HEADER, "Storage");
        long userName = layout.offset(HIVE, "FileUserName");
        EntryForm form = build >= WindowsVersion.TEN ? EntryForm.BIN_AND_OFFSET : EntryForm.BLOCK_ADDRESS;
        return new HiveLayout(
                pointer,
                layout.offset(HIVE, "HiveList"),
                layout.offset(HIVE, "FileFullPath"),
                userName,
                rootPath(layout, userName, pointer, build),
                layout.offset(HEADER, "BaseBlock"),
                storage,
                // The two are the end of the structure in every published build.
                (layout.size(HEADER) - storage) / 2,
                entryBytes(layout, pointer, build),
                form);
    }

    private static OptionalLong rootPath(StructureLayout layout, long userName, int pointer, int build) {
        OptionalLong known = layout.optionalOffset(HIVE, "HiveRootPath");
        if (known.isPresent() || build < WindowsVersion.VISTA) {
            return known;
        }
        // It follows in every published build that has it; a UNICODE_STRING takes two pointers.
        return OptionalLong.of(userName + 2L * pointer);
    }

    /** By published builds: a view and a cell's size were dropped with 8, temporary addresses added with 10. */
    private static int entryBytes(StructureLayout layout, int pointer, int build) {
        if (layout.has(ENTRY, "MemAlloc")) {
            return (int) layout.size(ENTRY);
        }
        if (build < WindowsVersion.EIGHT) {
            return 4 * pointer;
        }
        boolean hasTemporary = build >= WindowsVersion.TEN && build < MAPPED_BINS;
        return hasTemporary ? 5 * pointer : 3 * pointer;
    }

    /** Where the two kinds of storage are kept: 0 for stable cells, 1 for volatile ones. */
    long storage(int number) {
        return storage + number * storageBytes;
    }
}
