package io.memflow.os.windows.page;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.translate.TableEntries;
import io.memflow.core.translate.TableEntry;
import java.util.List;
import java.util.OptionalLong;

/**
 * Learns which bits a kernel sets in entries that are not valid, so that no processor looks at memory there on its own
 * (Microsoft's answer to L1 terminal fault, CVE-2018-3620). Pages in transition show them: their frames lie behind all memory
 * by just these bits. Stateless.
 */
final class InvalidMask {
    /** So many pages that agree are no chance. */
    private static final int ENOUGH = 4;

    /** Entries looked at; what is not among these is rare. */
    private static final int MOST = 1 << 14;

    private InvalidMask() {}

    /** All bits that addresses of memory have. */
    static long inMemory(MemoryMap memory) {
        return memory.end() == 0 ? -1 : Long.highestOneBit(memory.end() - 1) * 2 - 1;
    }

    /**
     * The bits, 0 for none; empty when the process has too few pages in transition, or they contradict each other.
     *
     * @param regions those of the process
     */
    static OptionalLong learn(TableEntries tables, List<MemoryRegion> regions, EntryFormat format, MemoryMap memory) {
        long inMemory = inMemory(memory);
        long mask = 0;
        int seen = 0;
        int looks = 0;
        for (MemoryRegion region : regions) {
            for (long at = region.start(); Long.compareUnsigned(at, region.end()) < 0 && looks < MOST; looks++) {
                TableEntry entry = tables.find(at);
                if (entry.fault() == Fault.NONE
                        && entry.number() == 1
                        && format.mayBeMixed(entry.value())
                        && format.ofProcess(entry.value()) instanceof SoftwareEntry.Transition page) {
                    long above = page.physical() & ~inMemory;
                    if (seen > 0 && above != mask) {
                        return OptionalLong.empty();
                    }
                    mask = above;
                    if (++seen == ENOUGH) {
                        return OptionalLong.of(mask);
                    }
                }
                long next = entry.start() + entry.length();
                if (Long.compareUnsigned(next, at) <= 0) {
                    break;
                }
                at = next;
            }
        }
        return OptionalLong.empty();
    }
}
