package io.memflow.core.cache;

import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The pages of a cache: sets of ways, each way room for one page. Thread-safe; a look-up takes no lock and writes nothing
 * in the steady state.
 *
 * <p>Each way has a state word that works as a sequence lock. Whoever wants to fill a way {@linkplain #claim claims} it,
 * which hides it from look-ups, and {@linkplain #publish publishes} it once its bytes are there. A writer first makes
 * itself known to the sets it is going to touch, then {@linkplain #drop drops} what is there: while it writes, nobody
 * may claim a way of such a set, and a claim that was there before is poisoned and never published. So no fill that began
 * before a write ended can leave bytes behind that are older than the write.
 */
final class PageStore {
    /** What {@link #claim} returns when a page has to do without a way. */
    static final int NO_WAY = -1;

    /** How a look-up ended. */
    enum Found {
        HIT,
        MISS,
        /** The page is known not to be readable as a whole: it has to be read without the cache. */
        NOT_WHOLE
    }

    private static final VarHandle STATES = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle TAGS = MethodHandles.arrayElementVarHandle(long[].class);

    // A state: whether someone fills the way, whether that is in vain, and how often it has changed.
    private static final int BUSY = 1;
    private static final int POISONED = 2;
    private static final int CHANGE = 4;

    // A tag: address of the page, and in its low bits what there is. 0 is an empty way.
    private static final int WHOLE_TAG = 1;
    private static final int NOT_WHOLE_TAG = 2;

    /** Fibonacci hashing: 2^64 divided by the golden ratio spreads neighbours and multiples alike (Knuth, TAOCP 6.4). */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    /** The bytes of all ways. */
    final MemorySegment bytes;

    final int pageBytes;

    private final int pageShift;
    private final int setShift;
    private final int ways;
    private final int count;
    private final ValidityClock clock;
    private final CacheCounters counters;

    private final int[] states;
    private final long[] tags;
    private final long[] stamps;
    /** 1 when a way was used since the clock hand last passed it. */
    private final byte[] used;
    /** Which of its claims a transfer holds a way by; only meaningful to that transfer. */
    private final int[] owners;

    private final int[] hands;
    /** How many writes are under way in each set. */
    private final int[] writers;

    PageStore(CacheOptions options, ValidityClock clock, CacheCounters counters) {
        this.clock = clock;
        this.counters = counters;
        pageBytes = options.pageBytes();
        pageShift = Integer.numberOfTrailingZeros(pageBytes);
        int pages = (int) (options.totalBytes() / pageBytes);
        int sets = Integer.highestOneBit(Math.max(1, pages / options.ways()));
        ways = pages / sets;
        count = ways * sets;
        setShift = Long.SIZE - Integer.numberOfTrailingZeros(sets);
        // Freed when nothing refers to it: a cache of a view has no end that anybody announces.
        // Kernels copy whole pages to whole pages several times as fast as to what begins somewhere within one.
        bytes = Arena.ofAuto().allocate((long) count << pageShift, pageBytes);
        states = new int[count];
        tags = new long[count];
        stamps = new long[count];
        used = new byte[count];
        owners = new int[count];
        hands = new int[sets];
        writers = new int[sets];
    }

    /** Bytes of all pages together. */
    long capacity() {
        return (long) count << pageShift;
    }

    /** The page that holds an address. */
    long pageOf(long address) {
        return address & -(long) pageBytes;
    }

    private int setOf(long page) {
        // A shift by 64 would be one by 0.
        return setShift == Long.SIZE ? 0 : (int) (((page >>> pageShift) * SPREAD) >>> setShift);
    }

    /**
     * Copies bytes out of the cache.
     *
     * @param address first address
     * @param length bytes, all in one page
     * @param now the instant of the call
     */
    Found copy(long address, long length, MemorySegment target, long targetOffset, long now) {
        long page = pageOf(address);
        int first = setOf(page) * ways;
        for (int way = first; way < first + ways; way++) {
            int state = (int) STATES.getAcquire(states, way);
            long kind = tags[way] - page;
            boolean known = kind == WHOLE_TAG || kind == NOT_WHOLE_TAG;
            if (!known || (state & BUSY) != 0 || !clock.isValid(stamps[way], now)) {
                continue;
            }
            if (kind == WHOLE_TAG) {
                copyOut(way, address - page, length, target, targetOffset);
            }
            // Only what did not change while it was looked at counts.
            VarHandle.acquireFence();
            if ((int) STATES.getOpaque(states, way) != state) {
                continue;
            }
            if (used[way] == 0) {
                used[way] = 1;
            }
            return kind == WHOLE_TAG ? Found.HIT : Found.NOT_WHOLE;
        }
        return Found.MISS;
    }

    /** Copies bytes of a way that the caller holds, or checks afterwards. */
    void copyOut(int way, long offset, long length, MemorySegment target, long targetOffset) {
        long from = offset(way) + offset;
        if (length == Long.BYTES) {
            target.set(ScalarLayout.LONG_LITTLE, targetOffset, bytes.get(ScalarLayout.LONG_LITTLE, from));
        } else {
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, from, target, ValueLayout.JAVA_BYTE, targetOffset, length);
        }
    }

    /** Where the bytes of a way begin. */
    long offset(int way) {
        return (long) way << pageShift;
    }

    /** The way that is being filled with this page, and which claim its owner says it is; {@link #NO_WAY} otherwise. */
    int beingFilled(long page) {
        int first = setOf(page) * ways;
        for (int way = first; way < first + ways; way++) {
            if (((int) STATES.getAcquire(states, way) & BUSY) != 0 && tags[way] - page == WHOLE_TAG) {
                return way;
            }
        }
        return NO_WAY;
    }

    /** What the holder of a way called its claim. A way the caller does not hold may say anything. */
    int owner(int way) {
        return owners[way];
    }

    /**
     * Takes a way to fill it with a page.
     *
     * @param owner what the caller calls this claim
     * @return the way, to be given up by {@link #publish}, {@link #publishNotWhole} or {@link #release}; {@link #NO_WAY}
     *     when every way of the set is being filled or a write is under way there
     */
    int claim(long page, int owner, long now) {
        int set = setOf(page);
        // Each way may be lost to another thread once.
        for (int attempt = 0; attempt < ways; attempt++) {
            int way = victim(set, page, now);
            if (way == NO_WAY) {
                return NO_WAY;
            }
            int state = (int) STATES.getAcquire(states, way);
            if ((state & BUSY) != 0 || !STATES.compareAndSet(states, way, state, state | BUSY)) {
                continue;
            }
            long old = tags[way];
            TAGS.setVolatile(tags, way, page | WHOLE_TAG);
            if ((int) STATES.getVolatile(writers, set) != 0) {
                release(way);
                return NO_WAY;
            }
            if (old != 0 && pageOf(old) != page && clock.isValid(stamps[way], now)) {
                counters.evictions.increment();
            }
            owners[way] = owner;
            // Look-ups must see the state before any byte changes.
            VarHandle.storeStoreFence();
            return way;
        }
        return NO_WAY;
    }

    /** The way to give up: an old copy of the page, else an empty or outdated one, else the first not used lately. */
    private int victim(int set, long page, long now) {
        int first = set * ways;
        int free = NO_WAY;
        for (int way = first; way < first + ways; way++) {
            if (((int) STATES.getAcquire(states, way) & BUSY) != 0) {
                continue;
            }
            long tag = tags[way];
            if (tag != 0 && pageOf(tag) == page) {
                return way;
            }
            if (free == NO_WAY && (tag == 0 || !clock.isValid(stamps[way], now))) {
                free = way;
            }
        }
        return free == NO_WAY ? sweep(set, first) : free;
    }

    private int sweep(int set, int first) {
        // The second round finds what the first has marked as not used.
        for (int step = 0; step < 2 * ways; step++) {
            // Threads may race for the hand; any place it may then be in will do.
            int hand = hands[set];
            hands[set] = hand + 1 < ways ? hand + 1 : 0;
            int way = first + hand;
            if (((int) STATES.getAcquire(states, way) & BUSY) != 0) {
                continue;
            }
            if (used[way] == 0) {
                return way;
            }
            used[way] = 0;
        }
        return NO_WAY;
    }

    /** Lets look-ups see a way that the caller has filled, unless a write or an invalidation came in between. */
    void publish(int way, long now) {
        stamps[way] = now;
        used[way] = 1;
        end(way);
    }

    /** Remembers that the page cannot be read as a whole. */
    void publishNotWhole(int way, long now) {
        TAGS.setVolatile(tags, way, pageOf(tags[way]) | NOT_WHOLE_TAG);
        stamps[way] = now;
        used[way] = 0;
        end(way);
    }

    private void end(int way) {
        int state = (int) STATES.getAcquire(states, way);
        boolean poisoned = (state & POISONED) != 0;
        if (poisoned || !STATES.compareAndSet(states, way, state, state - BUSY + CHANGE)) {
            release(way);
        }
    }

    /** Gives a claimed way up empty. */
    void release(int way) {
        TAGS.setVolatile(tags, way, 0L);
        int state = (int) STATES.getAcquire(states, way);
        STATES.setVolatile(states, way, (state & ~(BUSY | POISONED)) + CHANGE);
    }

    /** Announces a write to a page and removes the page. */
    void beginWrite(long page) {
        STATES.getAndAdd(writers, setOf(page), 1);
        drop(page);
    }

    /** Ends what {@link #beginWrite} began, when the bytes are written. */
    void endWrite(long page) {
        STATES.getAndAdd(writers, setOf(page), -1);
    }

    /** Removes every copy of a page; a fill of it that is under way will be in vain. */
    void drop(long page) {
        int first = setOf(page) * ways;
        for (int way = first; way < first + ways; way++) {
            drop(way, page, page);
        }
    }

    /** Removes all pages of a range. */
    void dropRange(long firstPage, long lastPage) {
        if (((lastPage - firstPage) >>> pageShift) < count) {
            for (long page = firstPage; page != lastPage; page += pageBytes) {
                drop(page);
            }
            drop(lastPage);
        } else {
            for (int way = 0; way < count; way++) {
                drop(way, firstPage, lastPage);
            }
        }
    }

    private void drop(int way, long firstPage, long lastPage) {
        while (true) {
            int state = (int) STATES.getVolatile(states, way);
            long tag = (long) TAGS.getVolatile(tags, way);
            long from = pageOf(tag) - firstPage;
            boolean concerned = tag != 0 && Long.compareUnsigned(from, lastPage - firstPage) <= 0;
            if (!concerned || (state & POISONED) != 0) {
                return;
            }
            if ((state & BUSY) != 0) {
                if (STATES.compareAndSet(states, way, state, state | POISONED)) {
                    counters.invalidations.increment();
                    return;
                }
            } else if (STATES.compareAndSet(states, way, state, state | BUSY)) {
                counters.invalidations.increment();
                release(way);
                return;
            }
        }
    }
}
