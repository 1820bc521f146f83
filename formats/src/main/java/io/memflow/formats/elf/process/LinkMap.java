package io.memflow.formats.elf.process;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.MissingPart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The list that a program's loader keeps for debuggers: {@code struct r_debug} and {@code struct link_map} (link.h of the
 * GNU and musl C libraries, which agree on it). The loader's other namespaces follow where it says that it has some. Confined.
 */
final class LinkMap {
    /** {@code l_addr}, {@code l_name}, {@code l_ld}, {@code l_next}, {@code l_prev}: a word each. */
    private static final int NAME = 1;

    private static final int DYNAMIC = 2;
    private static final int NEXT = 3;
    private static final int PREVIOUS = 4;
    /** {@code r_version} takes a word with its padding, then comes {@code r_map}. */
    private static final int FIRST = 1;
    /** {@code r_next} of {@code struct r_debug_extended}, from version 2 on. */
    private static final int NEXT_NAMESPACE = 5;

    private static final int EXTENDED_VERSION = 2;
    /** {@code DL_NNS} is 16. */
    private static final int MOST_NAMESPACES = 64;
    /** A process has at most {@code vm.max_map_count} regions, 65530 unless that was changed, and some for each library. */
    private static final int MOST_ENTRIES = 1 << 15;
    /** {@code PATH_MAX}. */
    private static final int LONGEST_NAME = 4096;

    private final MemoryView memory;
    private final PointerWidth width;
    private final List<Entry> entries = new ArrayList<>();
    private final List<MissingPart> missing = new ArrayList<>();
    private final Set<Long> visited = new HashSet<>();

    /**
     * One loaded image.
     *
     * @param address virtual address of the {@code link_map}
     * @param bias what is added to the image's addresses as linked
     * @param name what it was loaded by; empty for the program itself, null when it could not be read
     * @param dynamic virtual address of its dynamic section
     */
    record Entry(long address, long bias, @Nullable String name, long dynamic) {}

    /** What was found, and where it could not be followed. */
    record Found(List<Entry> entries, List<MissingPart> missing) {}

    private LinkMap(MemoryView memory, PointerWidth width) {
        this.memory = memory;
        this.width = width;
    }

    /**
     * Follows the list.
     *
     * @param debug virtual address of the {@code r_debug}
     */
    static Found read(MemoryView memory, PointerWidth width, long debug) {
        LinkMap map = new LinkMap(memory, width);
        map.namespaces(debug);
        return new Found(map.entries, map.missing);
    }

    private void namespaces(long first) {
        Set<Long> seen = new HashSet<>();
        long debug = first;
        try {
            while (debug != 0 && seen.add(debug) && seen.size() <= MOST_NAMESPACES) {
                long version = memory.readUnsigned(debug, Integer.BYTES);
                entries(word(debug, FIRST));
                debug = version >= EXTENDED_VERSION ? word(debug, NEXT_NAMESPACE) : 0;
            }
        } catch (MemoryAccessException unreadable) {
            damage("r_debug at " + Address.format(debug), String.valueOf(unreadable.getMessage()));
        }
        if (entries.isEmpty() && missing.isEmpty()) {
            damage("r_debug at " + Address.format(first), "the loader has not put anything on its list yet");
        }
    }

    private void entries(long first) {
        long entry = first;
        long before = 0;
        while (entry != 0) {
            String what = "link_map at " + Address.format(entry);
            if (!visited.add(entry) || visited.size() > MOST_ENTRIES) {
                damage(what, "the loader's list leads back to it, or has no end");
                return;
            }
            try {
                if (word(entry, PREVIOUS) != before) {
                    damage(what, "it does not link back to the entry it was reached from");
                }
                entries.add(new Entry(entry, word(entry, 0), name(entry), word(entry, DYNAMIC)));
                before = entry;
                entry = word(entry, NEXT);
            } catch (MemoryAccessException unreadable) {
                damage(what, String.valueOf(unreadable.getMessage()));
                return;
            }
        }
    }

    private @Nullable String name(long entry) {
        try {
            return memory.readUtf8Lossy(word(entry, NAME), LONGEST_NAME);
        } catch (MemflowException unreadable) {
            damage("l_name of the link_map at " + Address.format(entry), String.valueOf(unreadable.getMessage()));
            return null;
        }
    }

    private long word(long structure, int index) {
        return memory.readPointer(structure + (long) index * width.bytes(), width);
    }

    private void damage(String what, String why) {
        missing.add(new MissingPart(what, why));
    }
}
