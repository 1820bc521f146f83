package io.memflow.core.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The entries of a {@link TranslationCache}: sets of ways, each entry a run of words under a sequence lock, 64 bytes for
 * spaces of 64 bits and as much again that only wider ones look at. Thread-safe; look-ups take no lock.
 */
final class TranslationTable {
    private static final int WAYS = 4;
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    // The words of an entry.
    /** Odd while the entry changes. */
    private static final int VERSION = 0;

    private static final int PAGE = 1;
    private static final int ROOT = 2;
    private static final int PHYSICAL = 3;
    private static final int STAMP = 4;
    /** Outcome in the low half; above it log2 of the page's bytes and the format's number. 0 is an empty entry. */
    private static final int FACTS = 5;
    /** Not 0 when any of the upper words is not 0. */
    private static final int WIDE = 6;
    /** 1 when the entry was used since the clock hand last passed it. */
    private static final int USED = 7;

    private static final int ENTRY_SHIFT = 3;

    // The words of an entry beyond 64 bits.
    private static final int VIRTUAL_UPPER = 0;
    private static final int ROOT_UPPER = 1;
    private static final int PHYSICAL_UPPER = 2;
    private static final int UPPER_SHIFT = 2;

    private static final int SIZE_SHIFT = 32;
    private static final int SIZE_MASK = 0x3F;
    private static final int FORMAT_SHIFT = 40;

    /** As in {@link PageStore}. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private final ValidityClock clock;
    private final CacheCounters counters;
    private final AtomicLong generation;
    private final int ways;
    private final int setShift;
    private final long[] words;
    private final long[] uppers;
    private final int[] hands;
    /** Bit n is set when a page of 2^n bytes was ever put in. */
    private final AtomicLong sizes = new AtomicLong();

    TranslationTable(int entries, ValidityClock clock, CacheCounters counters, AtomicLong generation) {
        this.clock = clock;
        this.counters = counters;
        this.generation = generation;
        int sets = Integer.highestOneBit(Math.max(1, entries / WAYS));
        ways = entries / sets;
        setShift = Long.SIZE - Integer.numberOfTrailingZeros(sets);
        words = new long[(ways * sets) << ENTRY_SHIFT];
        uppers = new long[(ways * sets) << UPPER_SHIFT];
        hands = new int[sets];
    }

    private int setOf(long root, long page, int sizeBits) {
        long key = (page >>> sizeBits) * SPREAD ^ root + sizeBits;
        return setShift == Long.SIZE ? 0 : (int) ((key * SPREAD) >>> setShift);
    }

    private static long facts(int format, int sizeBits, int outcome) {
        return (long) format << FORMAT_SHIFT | (long) sizeBits << SIZE_SHIFT | Integer.toUnsignedLong(outcome);
    }

    boolean find(
            int format, long rootUpper, long root, long virtualUpper, long virtual, long now, CachedTranslation out) {
        for (long left = sizes.getOpaque(); left != 0; left &= left - 1) {
            int sizeBits = Long.numberOfTrailingZeros(left);
            long page = virtual & -1L << sizeBits;
            int first = setOf(root, page, sizeBits) * ways;
            for (int entry = first; entry < first + ways; entry++) {
                int at = entry << ENTRY_SHIFT;
                long version = (long) WORDS.getAcquire(words, at + VERSION);
                long facts = words[at + FACTS];
                boolean same = words[at + PAGE] == page
                        && words[at + ROOT] == root
                        && facts >>> SIZE_SHIFT == facts(format, sizeBits, 0) >>> SIZE_SHIFT;
                if (!same || (version & 1) != 0 || !clock.isValid(words[at + STAMP], now)) {
                    continue;
                }
                boolean wide = (rootUpper | virtualUpper | words[at + WIDE]) != 0;
                if (wide && !isSameUpper(entry, rootUpper, virtualUpper)) {
                    continue;
                }
                out.physical = words[at + PHYSICAL] | (virtual ^ page);
                out.physicalUpper = wide ? uppers[(entry << UPPER_SHIFT) + PHYSICAL_UPPER] : 0;
                out.outcome = (int) facts;
                // Only what did not change while it was looked at counts.
                VarHandle.acquireFence();
                if ((long) WORDS.getOpaque(words, at + VERSION) == version) {
                    if (words[at + USED] == 0) {
                        words[at + USED] = 1;
                    }
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isSameUpper(int entry, long rootUpper, long virtualUpper) {
        int at = entry << UPPER_SHIFT;
        return uppers[at + ROOT_UPPER] == rootUpper && uppers[at + VIRTUAL_UPPER] == virtualUpper;
    }

    void put(
            int format,
            long rootUpper,
            long root,
            long virtualUpper,
            long page,
            int sizeBits,
            long physicalUpper,
            long physical,
            int outcome,
            long begun,
            long now) {
        if ((sizes.getOpaque() & 1L << sizeBits) == 0) {
            sizes.accumulateAndGet(1L << sizeBits, (before, size) -> before | size);
        }
        int set = setOf(root, page, sizeBits);
        long facts = facts(format, sizeBits, outcome);
        int entry = place(set, root, page, facts, now);
        int at = entry << ENTRY_SHIFT;
        long version = (long) WORDS.getAcquire(words, at + VERSION);
        if ((version & 1) != 0 || !WORDS.compareAndSet(words, at + VERSION, version, version + 1)) {
            // Another thread is at this entry: what is not kept is translated again.
            return;
        }
        // An invalidation either shows here, or finds the entry odd and waits for it.
        if (generation.get() == begun) {
            VarHandle.storeStoreFence();
            boolean displaces = words[at + FACTS] != 0
                    && (words[at + PAGE] != page || words[at + ROOT] != root)
                    && clock.isValid(words[at + STAMP], now);
            if (displaces) {
                counters.evictions.increment();
            }
            words[at + PAGE] = page;
            words[at + ROOT] = root;
            words[at + PHYSICAL] = physical;
            words[at + STAMP] = now;
            words[at + FACTS] = facts;
            words[at + WIDE] = rootUpper | virtualUpper | physicalUpper;
            words[at + USED] = 1;
            int upper = entry << UPPER_SHIFT;
            uppers[upper + VIRTUAL_UPPER] = virtualUpper;
            uppers[upper + ROOT_UPPER] = rootUpper;
            uppers[upper + PHYSICAL_UPPER] = physicalUpper;
        }
        WORDS.setVolatile(words, at + VERSION, version + 2);
    }

    /** The entry to write: the one of this page, else an empty or outdated one, else the first not used lately. */
    private int place(int set, long root, long page, long facts, long now) {
        int first = set * ways;
        int free = -1;
        for (int entry = first; entry < first + ways; entry++) {
            int at = entry << ENTRY_SHIFT;
            boolean empty = words[at + FACTS] == 0;
            if (!empty
                    && words[at + PAGE] == page
                    && words[at + ROOT] == root
                    && words[at + FACTS] >>> SIZE_SHIFT == facts >>> SIZE_SHIFT) {
                return entry;
            }
            if (free < 0 && (empty || !clock.isValid(words[at + STAMP], now))) {
                free = entry;
            }
        }
        if (free >= 0) {
            return free;
        }
        // Threads may race for the hand; any place it may then be in will do. The second round finds what the first
        // has marked as not used.
        int hand = hands[set];
        for (int step = 0; step < 2 * ways; step++) {
            hand = hand + 1 < ways ? hand + 1 : 0;
            int used = ((first + hand) << ENTRY_SHIFT) + USED;
            if (words[used] == 0) {
                break;
            }
            words[used] = 0;
        }
        hands[set] = hand;
        return first + hand;
    }

    /** Says whether an entry is to go. */
    private interface Concerned {
        boolean test(long root, long page, long size);
    }

    void dropAll() {
        dropIf((root, page, size) -> true);
    }

    void dropRoot(long gone) {
        dropIf((root, page, size) -> root == gone);
    }

    void dropAddress(long virtual) {
        dropIf((root, page, size) -> (virtual & -size) == page);
    }

    void drop(long gone, long virtual) {
        dropIf((root, page, size) -> root == gone && (virtual & -size) == page);
    }

    private void dropIf(Concerned concerned) {
        for (int at = 0; at < words.length; at += 1 << ENTRY_SHIFT) {
            long seen = (long) WORDS.getVolatile(words, at + VERSION);
            boolean stays = (seen & 1) == 0 && !isConcerned(at, concerned);
            VarHandle.acquireFence();
            if (stays && (long) WORDS.getOpaque(words, at + VERSION) == seen) {
                continue;
            }
            long version = lock(at);
            if (isConcerned(at, concerned)) {
                VarHandle.storeStoreFence();
                words[at + FACTS] = 0;
                counters.invalidations.increment();
            }
            WORDS.setVolatile(words, at + VERSION, version + 2);
        }
    }

    private boolean isConcerned(int at, Concerned concerned) {
        long facts = words[at + FACTS];
        long size = 1L << (facts >>> SIZE_SHIFT & SIZE_MASK);
        return facts != 0 && concerned.test(words[at + ROOT], words[at + PAGE], size);
    }

    /** Waits until nobody changes an entry, which takes a few stores, and makes it odd. */
    private long lock(int at) {
        while (true) {
            long version = (long) WORDS.getVolatile(words, at + VERSION);
            if ((version & 1) == 0 && WORDS.compareAndSet(words, at + VERSION, version, version + 1)) {
                return version;
            }
            Thread.onSpinWait();
        }
    }
}
