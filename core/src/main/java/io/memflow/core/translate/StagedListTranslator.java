package io.memflow.core.translate;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.paging.AddressSpace;
import java.nio.ByteOrder;

/**
 * Translates lists whose tables have to be fetched: all addresses go down one level at a time, and each level is one
 * batched read (one for each value of the upper address word, in spaces wider than 64 bits). Entries that several
 * addresses need are read once. Stateless; works in the list's own arrays.
 */
final class StagedListTranslator {
    /** How many of the latest entries of a level are remembered to be shared, as a power of two. */
    private static final int REMEMBERED_BITS = 10;

    private static final int WORDS_PER_ENTRY = 2;
    private static final int NOT_WAITING = -1;

    private StagedListTranslator() {}

    /** Translates every address of a list. */
    static void translate(CompiledFormat format, PhysicalMemory memory, AddressSpace.Tree tree, TranslationList list) {
        list.needReads();
        list.needUppers();
        int waiting = 0;
        for (int i = 0; i < list.size; i++) {
            list.physicals[i] = tree.root();
            list.physicalUppers[i] = tree.rootUpper();
            list.outcomes[i] = 0;
            list.reads[i] = 0;
            if (format.format.isCanonical(list.upper, list.virtuals[i])) {
                waiting++;
            } else {
                list.end(i, Fault.NOT_CANONICAL, format.last.number, format.last.shift, 0);
                list.reads[i] = NOT_WAITING;
            }
        }
        for (int level = 0; level < format.depth && waiting > 0; level++) {
            waiting = descend(format, memory, format.levels[level], list);
        }
    }

    /** Takes every waiting address one level down; returns how many still wait. */
    private static int descend(CompiledFormat format, PhysicalMemory memory, CompiledLevel at, TranslationList list) {
        int waiting = 0;
        int next = nextToRead(list, 0);
        // An address that waits has read 0; one whose entry is being read has its number + 1.
        while (next < list.size) {
            long upper = list.physicalUppers[next];
            request(format, at, upper, next, list);
            memory.read(list.entryReads);
            waiting += take(at, next, list);
            list.entryReads.clear();
            next = nextToRead(list, next);
        }
        for (int i = 0; i < list.size; i++) {
            list.reads[i] = list.reads[i] == NOT_WAITING ? NOT_WAITING : 0;
        }
        return waiting;
    }

    private static int nextToRead(TranslationList list, int from) {
        int i = from;
        while (i < list.size && list.reads[i] != 0) {
            i++;
        }
        return i;
    }

    /** Asks for the entry of every waiting address whose table has this upper address word. */
    private static void request(CompiledFormat format, CompiledLevel at, long upper, int from, TranslationList list) {
        MemoryBatch batch = list.entryReads;
        batch.clear();
        batch.upper(upper);
        int bytes = format.format.entryBytes();
        int[] remembered = list.rememberedReads(1 << REMEMBERED_BITS);
        for (int i = from; i < list.size; i++) {
            if (list.reads[i] != 0 || list.physicalUppers[i] != upper) {
                continue;
            }
            long index = WideWord.bitsFrom(list.upper, list.virtuals[i], at.shift) & at.indexMask;
            long address = list.physicals[i] + (index << format.entryShift);
            int slot = slot(address >>> format.entryShift);
            int read = remembered[slot];
            if (read >= batch.size() || batch.address(read) != address) {
                read = batch.size();
                remembered[slot] = read;
                list.entries[WORDS_PER_ENTRY * read] = 0;
                batch.add(
                        address,
                        list.entryBytes,
                        (long) WORDS_PER_ENTRY * Long.BYTES * read,
                        bytes,
                        PageType.PAGE_TABLE);
            }
            list.reads[i] = read + 1;
        }
    }

    /** Spreads neighbouring entry numbers over the remembered reads: the golden ratio's bits, as in Fibonacci hashing. */
    private static int slot(long entryNumber) {
        return (int) ((entryNumber * 0x9E37_79B9_7F4A_7C15L) >>> (Long.SIZE - REMEMBERED_BITS));
    }

    /** Follows the entries that were read; returns how many addresses go on to the next level. */
    private static int take(CompiledLevel at, int from, TranslationList list) {
        MemoryBatch batch = list.entryReads;
        int goingOn = 0;
        for (int i = from; i < list.size; i++) {
            int read = list.reads[i] - 1;
            if (read < 0 || read >= TAKEN) {
                continue;
            }
            list.reads[i] = NOT_WAITING;
            if (batch.status(read) != RequestStatus.WHOLE) {
                list.end(i, Fault.TABLE_UNREADABLE, at.number, at.shift, 0);
            } else if (follow(at, i, read, list)) {
                list.reads[i] = TAKEN + 1;
                goingOn++;
            }
        }
        return goingOn;
    }

    /** Marks an address whose entry of this level was followed and named a table. */
    private static final int TAKEN = Integer.MAX_VALUE - 1;

    private static boolean follow(CompiledLevel at, int i, int read, TranslationList list) {
        long entry = littleEndian(list.entries[WORDS_PER_ENTRY * read]);
        CompiledRule rule = at.match(entry);
        if (rule == null) {
            list.end(i, Fault.NOT_PRESENT, at.number, at.shift, 0);
            return false;
        }
        long upper = littleEndian(list.entries[WORDS_PER_ENTRY * read + 1]) & rule.upperMask;
        switch (rule.kind) {
            case TABLE -> {
                list.physicals[i] = rule.physical(entry);
                list.physicalUppers[i] = upper;
                list.outcomes[i] |= rule.flags.of(entry);
                return true;
            }
            case PAGE -> {
                list.physicals[i] = rule.physical(entry) | (list.virtuals[i] & rule.offsetMask);
                list.physicalUppers[i] = upper;
                list.outcomes[i] = rule.outcome | rule.flags.combined(entry, list.outcomes[i]);
            }
            case RESERVED -> list.end(i, Fault.RESERVED_BITS, at.number, at.shift, 0);
        }
        return false;
    }

    private static long littleEndian(long word) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? word : Long.reverseBytes(word);
    }
}
