package io.memflow.os.windows.handle;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Walks a table of handles ({@code HANDLE_TABLE}): a page of entries, or up to two levels of pages with pointers above such
 * pages. Members by their names in public symbols of ntoskrnl. Thread-safe.
 */
public final class HandleTable {
    private static final int PAGE_BYTES = 4096;
    /** Low bits of {@code TableCode}: how many levels of pointers there are. */
    private static final long LEVEL_MASK = 3;

    private static final int MOST_LEVELS = 2;
    /** A handle is four times the number of its entry; the low bits are the program's own. */
    private static final int HANDLE_STEP = 4;

    /** Bits of {@code GrantedAccessBits} since 8; those above it had no use before. */
    private static final long ACCESS_MASK = 0x01FF_FFFF;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemoryView memory;
    private final WindowsArchitecture architecture;
    private final int build;
    private final int pointerBytes;
    private final int entryBytes;
    private final KernelField tableCode;

    public HandleTable(WindowsKernel kernel) {
        memory = kernel.memory();
        architecture = kernel.architecture();
        build = kernel.version().build();
        pointerBytes = kernel.pointerBytes();
        // Two words in all builds: what the handle leads to, and what may be done through it.
        entryBytes = 2 * pointerBytes;
        tableCode = kernel.field("_HANDLE_TABLE", "TableCode");
    }

    /**
     * One entry that is in use.
     *
     * @param handle what its process knows it by
     * @param target virtual address it leads to: an object's header, in the table of process and thread ids the object itself
     * @param access what may be done through it
     */
    public record Entry(long handle, long target, long access) {}

    /** The entries in use, ascending, and the parts that could not be followed. */
    public record Entries(List<Entry> entries, List<MissingPart> missing) {}

    /**
     * All entries of a table.
     *
     * @param table virtual address of the {@code HANDLE_TABLE}
     * @param name what to call it when it is damaged
     */
    public Entries read(long table, String name) {
        Walk walk = new Walk(name);
        try {
            long code = tableCode.pointer(table);
            int level = (int) (code & LEVEL_MASK);
            if (level > MOST_LEVELS) {
                walk.damaged(table, "it claims %d levels".formatted(level));
            } else {
                walk.follow(code & ~LEVEL_MASK, level, 0);
            }
        } catch (MemoryAccessException unreadable) {
            walk.damaged(table, String.valueOf(unreadable.getMessage()));
        }
        return new Entries(walk.entries, walk.missing);
    }

    private final class Walk {
        private final String name;
        private final List<Entry> entries = new ArrayList<>();
        private final List<MissingPart> missing = new ArrayList<>();
        private final Set<Long> visited = new HashSet<>();

        Walk(String name) {
            this.name = name;
        }

        void damaged(long at, String why) {
            missing.add(new MissingPart(name, "the part at " + Address.format(at) + " cannot be followed: " + why));
        }

        /** Visits one page of the table and those below it. */
        void follow(long page, int level, long first) {
            if (!architecture.isKernelAddress(page)) {
                damaged(page, "it lies outside the kernel");
                return;
            }
            if (!visited.add(page)) {
                damaged(page, "it was there before");
                return;
            }
            MemorySegment bytes = MemorySegment.ofArray(new byte[PAGE_BYTES]);
            try {
                memory.read(page, bytes);
            } catch (MemoryAccessException unreadable) {
                damaged(page, String.valueOf(unreadable.getMessage()));
                return;
            }
            if (level == 0) {
                addEntries(bytes, first);
                return;
            }
            long span = span(level - 1);
            for (int at = 0; at < PAGE_BYTES; at += pointerBytes) {
                long below = word(bytes, at);
                // Pointers are filled in from the first on.
                if (below == 0) {
                    return;
                }
                follow(below, level - 1, first + at / pointerBytes * span);
            }
        }

        private void addEntries(MemorySegment page, long first) {
            for (int at = 0; at < PAGE_BYTES; at += entryBytes) {
                long target = target(word(page, at));
                // The first entry of each page is the kernel's own, and free ones lead to other entries.
                if (target != 0 && at != 0 && architecture.isKernelAddress(target)) {
                    long access = word(page, at + pointerBytes) & 0xFFFF_FFFFL;
                    entries.add(new Entry((first + at / entryBytes) * HANDLE_STEP, target, access & ACCESS_MASK));
                }
            }
        }
    }

    /** Entries below a page of a level. */
    private long span(int level) {
        long entries = PAGE_BYTES / entryBytes;
        for (int i = 0; i < level; i++) {
            entries *= PAGE_BYTES / pointerBytes;
        }
        return entries;
    }

    private long word(MemorySegment page, long at) {
        return pointerBytes == Long.BYTES ? page.get(LONG, at) : Integer.toUnsignedLong(page.get(INT, at));
    }

    /** Where the first word of an entry leads to; 0 for nowhere. Bits by {@code HANDLE_TABLE_ENTRY}. */
    private long target(long word) {
        if (pointerBytes == Integer.BYTES || build < WindowsVersion.EIGHT) {
            return word & ~7L;
        }
        // The address without its low four bits, above the lock, a count and attributes.
        int shift = build < WindowsVersion.EIGHT_ONE ? 23 : 20;
        return word >> shift << 4;
    }
}
