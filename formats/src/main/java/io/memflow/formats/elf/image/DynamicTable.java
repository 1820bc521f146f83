package io.memflow.formats.elf.image;

import io.memflow.core.error.MemflowException;
import io.memflow.formats.elf.ElfWidth;
import io.memflow.formats.pages.ImagePages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The dynamic section of an image (System V gABI, "Dynamic Section"): the first value of each tag, and of the tag that may
 * come again, all. Immutable.
 */
final class DynamicTable {
    static final int NEEDED = 1;
    static final int PLT_RELOCATION_BYTES = 2;
    static final int HASH = 4;
    static final int STRINGS = 5;
    static final int SYMBOLS = 6;
    static final int RELA = 7;
    static final int RELA_BYTES = 8;
    static final int STRINGS_BYTES = 10;
    static final int OWN_NAME = 14;
    static final int REL = 17;
    static final int REL_BYTES = 18;
    static final int PLT_RELOCATION_KIND = 20;
    static final int DEBUG = 21;
    static final int PLT_RELOCATIONS = 23;
    /** GNU's additions, include/elf/common.h of binutils. */
    static final int GNU_HASH = 0x6fff_fef5;

    static final int VERSION_INDICES = 0x6fff_fff0;
    static final int RELATIVE_RELA_COUNT = 0x6fff_fff9;
    static final int RELATIVE_REL_COUNT = 0x6fff_fffa;
    static final int DEFINED_VERSIONS = 0x6fff_fffc;
    static final int DEFINED_VERSION_COUNT = 0x6fff_fffd;
    static final int NEEDED_VERSIONS = 0x6fff_fffe;
    static final int NEEDED_VERSION_COUNT = 0x6fff_ffff;

    private final Map<Long, Long> values;
    private final List<Long> needed;
    private final boolean isWhole;
    private final ImageExtent extent;

    private DynamicTable(Map<Long, Long> values, List<Long> needed, boolean isWhole, ImageExtent extent) {
        this.values = values;
        this.needed = List.copyOf(needed);
        this.isWhole = isWhole;
        this.extent = extent;
    }

    /** What an image without a dynamic section has. */
    static DynamicTable none(ImageExtent extent) {
        return new DynamicTable(Map.of(), List.of(), true, extent);
    }

    /**
     * Reads the table up to its end, or up to where it cannot be read.
     *
     * @param address virtual address of the table
     * @throws io.memflow.core.memory.MemoryAccessException when not even its first entry can be read
     */
    static DynamicTable read(ImagePages pages, long address, ElfWidth width, ImageExtent extent) {
        Map<Long, Long> values = new LinkedHashMap<>();
        List<Long> needed = new ArrayList<>();
        int word = width.wordBytes();
        boolean whole = false;
        for (int i = 0; i < ElfLimits.MOST_DYNAMIC_ENTRIES; i++) {
            long at = address + 2L * i * word;
            long tag;
            long value;
            try {
                tag = pages.unsigned(at, width.wordBytes());
                value = pages.unsigned(at + word, width.wordBytes());
            } catch (MemflowException cut) {
                if (i == 0) {
                    throw cut;
                }
                break;
            }
            if (tag == 0) {
                whole = true;
                break;
            }
            values.putIfAbsent(tag, value);
            if (tag == NEEDED) {
                needed.add(value);
            }
        }
        return new DynamicTable(values, needed, whole, extent);
    }

    /** Whether its end was found. */
    boolean isWhole() {
        return isWhole;
    }

    /** Offsets of the needed libraries' names in the string table. */
    List<Long> needed() {
        return needed;
    }

    OptionalLong number(int tag) {
        Long value = values.get((long) tag);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /**
     * A table's virtual address. Some loaders write addresses over the linked ones, others leave them: of the two it is the
     * one that lies inside the image.
     */
    OptionalLong address(int tag) {
        Long value = values.get((long) tag);
        return value == null ? OptionalLong.empty() : extent.place(value);
    }
}
