package io.memflow.os.linux.socket;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Follows chains of hash tables: {@code hlist} ends with null, {@code hlist_nulls} with an odd number
 * (include/linux/list.h, list_nulls.h). A chain that loops or leaves memory is named and costs no other. Confined.
 */
final class HashChain {
    /** More buckets than any table of the kernel gets: {@code udp_table} and {@code ehash} are capped far below. */
    private static final long MOST_BUCKETS = 1L << 22;

    /** After so many broken chains the table itself is no table. */
    private static final int MOST_FAILURES = 256;

    private final MemoryView memory;
    private final String table;
    private final List<MissingPart> missing;
    private final Set<Long> visited = new HashSet<>();

    /**
     * @param table the table's name in messages
     * @param missing takes what could not be followed
     */
    HashChain(MemoryView memory, String table, List<MissingPart> missing) {
        this.memory = memory;
        this.table = table;
        this.missing = missing;
    }

    /**
     * Follows the chains of a table.
     *
     * @param heads virtual address of the first head
     * @param stride bytes from one head to the next
     * @param buckets how many there are
     * @param link offset of the link in an entry
     * @param entry takes the virtual address of each entry, once
     */
    void walk(long heads, long stride, long buckets, long link, LongConsumer entry) {
        walk(heads, stride, buckets, -1L, link, entry);
    }

    /** As {@link #walk}, for a table whose heads hold a lock in bit 0 (include/linux/rhashtable.h). */
    void walkLocked(long heads, long stride, long buckets, long link, LongConsumer entry) {
        walk(heads, stride, buckets, ~1L, link, entry);
    }

    private void walk(long heads, long stride, long buckets, long headMask, long link, LongConsumer entry) {
        if (buckets < 0 || buckets > MOST_BUCKETS) {
            missing.add(new MissingPart(table, "it claims to have " + buckets + " buckets"));
            return;
        }
        int failures = 0;
        for (long bucket = 0; bucket < buckets && failures < MOST_FAILURES; bucket++) {
            failures += follow(heads + bucket * stride, headMask, link, entry) ? 0 : 1;
        }
        if (failures == MOST_FAILURES) {
            missing.add(new MissingPart(table, "too many of its chains are broken to go on"));
        }
    }

    /** Follows one chain; false when it broke. */
    boolean follow(long head, long link, LongConsumer entry) {
        return follow(head, -1L, link, entry);
    }

    private boolean follow(long head, long headMask, long link, LongConsumer entry) {
        long from = head;
        try {
            long next = memory.readPointer(head) & headMask;
            while (next != 0 && (next & 1) == 0) {
                if (!visited.add(next)) {
                    broken(from, "leads back to " + Address.format(next));
                    return false;
                }
                entry.accept(next - link);
                from = next;
                next = memory.readPointer(next);
            }
            return true;
        } catch (MemoryAccessException unreadable) {
            broken(from, "cannot be followed: " + unreadable.getMessage());
            return false;
        }
    }

    private void broken(long from, String how) {
        missing.add(new MissingPart(table, "the link at " + Address.format(from) + " " + how));
    }
}
