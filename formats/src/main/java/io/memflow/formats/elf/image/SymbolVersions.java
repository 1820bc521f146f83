package io.memflow.formats.elf.image;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.SymbolVersion;
import io.memflow.formats.pages.ImagePages;
import io.memflow.formats.pages.Notes;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The versions of an image's symbols (Linux Standard Base, "Symbol Versioning"): one index for each symbol, and lists that
 * say what the indices stand for. Confined.
 */
final class SymbolVersions {
    private static final int HIDDEN = 0x8000;
    /** 0 is local, 1 global without a version. */
    private static final int FIRST_NAMED = 2;
    /** {@code vd_ndx}, {@code vd_aux}, {@code vd_next} of {@code Elf_Verdef}. */
    private static final int DEFINED_INDEX = 4;

    private static final int DEFINED_NAMES = 12;
    private static final int DEFINED_NEXT = 16;
    /** {@code vn_cnt}, {@code vn_file}, {@code vn_aux}, {@code vn_next} of {@code Elf_Verneed}. */
    private static final int NEEDED_COUNT = 2;

    private static final int NEEDED_FILE = 4;
    private static final int NEEDED_NAMES = 8;
    private static final int NEEDED_NEXT = 12;
    /** {@code vna_other}, {@code vna_name}, {@code vna_next} of {@code Elf_Vernaux}. */
    private static final int NAME_INDEX = 6;

    private static final int NAME_TEXT = 8;
    private static final int NAME_NEXT = 12;

    private final ImagePages pages;
    private final StringTable strings;
    private final Notes notes;
    private final OptionalLong indices;
    private final Map<Integer, Version> versions = new HashMap<>();

    /**
     * What an index stands for.
     *
     * @param library the library that should have it; null for a version of the image itself, or when its name could not
     *     be read
     * @param origin whether the image offers it or asks for it
     */
    record Version(String name, @Nullable String library, Origin origin) {}

    /** Which of the two lists a version is from. */
    enum Origin {
        DEFINED,
        NEEDED
    }

    SymbolVersions(ImagePages pages, DynamicTable dynamic, StringTable strings, Notes notes) {
        this.pages = pages;
        this.strings = strings;
        this.notes = notes;
        indices = dynamic.address(DynamicTable.VERSION_INDICES);
        if (indices.isPresent()) {
            lists(dynamic);
        }
    }

    private void lists(DynamicTable dynamic) {
        try {
            OptionalLong defined = dynamic.address(DynamicTable.DEFINED_VERSIONS);
            if (defined.isPresent()) {
                defined(defined.getAsLong(), count(dynamic, DynamicTable.DEFINED_VERSION_COUNT));
            }
        } catch (MemflowException unreadable) {
            notes.add("DT_VERDEF", unreadable);
        }
        try {
            OptionalLong needed = dynamic.address(DynamicTable.NEEDED_VERSIONS);
            if (needed.isPresent()) {
                needed(needed.getAsLong(), count(dynamic, DynamicTable.NEEDED_VERSION_COUNT));
            }
        } catch (MemflowException unreadable) {
            notes.add("DT_VERNEED", unreadable);
        }
    }

    private static int count(DynamicTable dynamic, int tag) {
        long count = dynamic.number(tag).orElse(0);
        return (int) Math.max(0, Math.min(count, ElfLimits.MOST_VERSIONS));
    }

    private void defined(long list, int count) {
        long at = list;
        for (int i = 0; i < count; i++) {
            int index = half(at + DEFINED_INDEX) & ~HIDDEN;
            long names = pages.unsigned(at + DEFINED_NAMES, Integer.BYTES);
            put(index, pages.unsigned(at + names, Integer.BYTES), null, Origin.DEFINED);
            long next = pages.unsigned(at + DEFINED_NEXT, Integer.BYTES);
            if (next == 0) {
                return;
            }
            at += next;
        }
    }

    private void needed(long list, int count) {
        long at = list;
        int left = ElfLimits.MOST_VERSIONS;
        for (int i = 0; i < count && left > 0; i++) {
            String library =
                    strings.nameOrNote(pages.unsigned(at + NEEDED_FILE, Integer.BYTES), "names of libraries", notes);
            int names = half(at + NEEDED_COUNT);
            long name = at + pages.unsigned(at + NEEDED_NAMES, Integer.BYTES);
            for (int j = 0; j < names && left > 0; j++, left--) {
                put(
                        half(name + NAME_INDEX) & ~HIDDEN,
                        pages.unsigned(name + NAME_TEXT, Integer.BYTES),
                        library,
                        Origin.NEEDED);
                long next = pages.unsigned(name + NAME_NEXT, Integer.BYTES);
                if (next == 0) {
                    break;
                }
                name += next;
            }
            long next = pages.unsigned(at + NEEDED_NEXT, Integer.BYTES);
            if (next == 0) {
                return;
            }
            at += next;
        }
    }

    private void put(int index, long name, @Nullable String library, Origin origin) {
        String text = strings.nameOrNote(name, "names of versions", notes);
        if (text != null) {
            versions.putIfAbsent(index, new Version(text, library, origin));
        }
    }

    private int half(long address) {
        return (int) pages.unsigned(address, Short.BYTES);
    }

    /**
     * The version of a symbol, null when it has none.
     *
     * @throws MemflowException when its index is not in memory
     */
    @Nullable
    Version version(int symbol) {
        if (indices.isEmpty()) {
            return null;
        }
        int index = index(symbol) & ~HIDDEN;
        if (index < FIRST_NAMED) {
            return null;
        }
        Version version = versions.get(index);
        if (version == null) {
            throw ElfLimits.malformed(indices.getAsLong(), "no list names version %d".formatted(index));
        }
        return version;
    }

    /** Whether programs that name no version get a symbol that has this one. */
    SymbolVersion.Rank rank(int symbol, Version version) {
        return (index(symbol) & HIDDEN) == 0 && version.origin == Origin.DEFINED
                ? SymbolVersion.Rank.DEFAULT
                : SymbolVersion.Rank.NAMED;
    }

    private int index(int symbol) {
        return half(indices.orElseThrow() + (long) symbol * Short.BYTES);
    }
}
