package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.os.linux.discovery.MemorySurvey.TablePages;
import io.memflow.os.linux.discovery.TableFamily.Setup;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Goes from a physical address up to every root page table that maps it: tables with an entry for the address, tables with
 * an entry for one of those, and so on. The indices on the way are the virtual address it is mapped at. No root, no address
 * and no number of levels has to be known. Confined.
 */
final class RootTrace {
    private static final int PAGE_BYTES = 4096;
    /** Every process of a riscv64 or i386 kernel has a root that leads to its image; more are made up. */
    private static final int MOST_ENTRIES = 1 << 15;

    private final PhysicalMemory memory;
    private final TablePages pages;
    private final EntryShape shape;
    /** Tables of the levels below. Entries of a last level look like those of the others, but a table has one level. */
    private final Set<Long> placed = new HashSet<>();

    private final long[] values;
    private final MemorySegment page = MemorySegment.ofArray(new long[PAGE_BYTES / Long.BYTES]);

    private RootTrace(PhysicalMemory memory, TablePages pages, EntryShape shape) {
        this.memory = memory;
        this.pages = pages;
        this.shape = shape;
        values = new long[PAGE_BYTES / shape.entryBytes()];
    }

    /**
     * A table's entry on the way to the address.
     *
     * @param table physical address of the table
     * @param below virtual address bits that the levels below this one resolve
     */
    private record Entry(long table, long index, long below) {}

    /**
     * A root that maps the address.
     *
     * @param root physical address of the root table
     * @param virtual where it maps the address to
     */
    record Found(Setup setup, long root, long virtual) {}

    /** All roots of a family that could map a physical address. */
    static List<Found> of(PhysicalMemory memory, MemorySurvey survey, TableFamily family, long physical) {
        return new RootTrace(memory, survey.tables(family), family.shape()).run(family, physical);
    }

    private List<Found> run(TableFamily family, long physical) {
        List<Found> found = new ArrayList<>();
        Map<Long, List<Long>> wanted = Map.of();
        for (int level = 0; level < family.mostLevels(); level++) {
            List<Entry> entries = entries(level, physical, wanted);
            for (Setup setup : family.setups(level + 1)) {
                for (Entry entry : entries) {
                    long virtual = setup.virtual(entry.index, entry.below);
                    if (virtual != 0) {
                        long root = entry.table + (long) setup.firstIndex() * shape.entryBytes();
                        found.add(new Found(setup, root, virtual));
                    }
                }
            }
            wanted = new HashMap<>();
            for (Entry entry : entries) {
                placed.add(entry.table);
                wanted.computeIfAbsent(entry.table, table -> new ArrayList<>(1))
                        .add(entry.index << shape.shift(level) | entry.below);
            }
        }
        return found;
    }

    /** The entries of one level that map the address themselves or name a wanted table. */
    private List<Entry> entries(int level, long physical, Map<Long, List<Long>> wanted) {
        List<Entry> entries = new ArrayList<>();
        long[] tables =
                wanted.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
        long tableBytes = 1L << shape.pageBits();
        long offset = physical & ((1L << shape.shift(level)) - 1);
        for (int i = 0; i < pages.count() && entries.size() < MOST_ENTRIES; i++) {
            long address = pages.page(i);
            long table = Address.alignDown(address, tableBytes);
            if (placed.contains(table) || !read(address)) {
                continue;
            }
            long first = (address - table) / shape.entryBytes();
            for (int at = 0; at < values.length; at++) {
                long value = values[at];
                if (!shape.couldBePresent(value)) {
                    continue;
                }
                if (shape.maps(value, level, physical)) {
                    entries.add(new Entry(table, first + at, offset));
                }
                if (shape.table().matches(value) && Arrays.binarySearch(tables, shape.address(value)) >= 0) {
                    for (long below : wanted.getOrDefault(shape.address(value), List.of())) {
                        entries.add(new Entry(table, first + at, below));
                    }
                }
            }
        }
        return entries;
    }

    /** Reads a page's entries, zero-extended. Loops over an array run many times faster in a cold JVM. */
    private boolean read(long address) {
        if (memory.tryRead(address, page) != Fault.NONE) {
            return false;
        }
        if (shape.entryBytes() == Long.BYTES) {
            MemorySegment.copy(page, ScalarLayout.LONG_LITTLE, 0, values, 0, values.length);
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = page.get(ScalarLayout.INT_LITTLE, (long) i * Integer.BYTES) & 0xFFFF_FFFFL;
            }
        }
        return true;
    }
}
