package io.memflow.core.cache;

import io.memflow.core.address.Address;
import io.memflow.core.address.PageType;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads one batch through a {@link PageStore}: copies what is there, and gets the rest in one batched read, whole pages
 * for the cache and plain bytes for what is not cached. Room is kept for the next batch. Confined.
 */
final class PageTransfer {
    private static final int INITIAL = 16;

    private final MemoryView source;
    private final PageStore store;
    private final CacheOptions options;
    private final ValidityClock clock;
    private final CacheCounters counters;
    /** Requests above this many bytes would turn over most of the cache for themselves. */
    private final long longest;

    /** The one batched read: pages into the store, other bytes straight to where they are wanted. */
    private final MemoryBatch fetch = new MemoryBatch();
    /** For each request of the fetch: the request it serves, or the complement of its claim. */
    private int[] fetchOwners = new int[INITIAL];

    private long[] fetchOffsets = new long[INITIAL];

    private int claims;
    private int settled;
    private int[] claimWays = new int[INITIAL];
    private int[] claimFetches = new int[INITIAL];

    /** Pieces of requests that wait for a claimed page. */
    private int waiters;

    private int[] waiterRequests = new int[INITIAL];
    private long[] waiterOffsets = new long[INITIAL];
    private long[] waiterLengths = new long[INITIAL];
    private int[] waiterClaims = new int[INITIAL];

    /** Requests that touch a page which cannot be read whole: they are read once more, without the cache. */
    private boolean[] again = new boolean[INITIAL];

    private final MemoryBatch retry = new MemoryBatch(1);
    private int[] retryOwners = new int[INITIAL];

    // A run of bytes of one request that is read without the cache, until it is known where it ends.
    private int runRequest;
    private long runOffset;
    private long runLength;

    private long now;
    private long hits;
    private long misses;
    private long uncached;

    private final MemoryBatch single = new MemoryBatch(1);
    private final MemorySegment scalar = MemorySegment.ofArray(new long[1]);

    PageTransfer(
            MemoryView source, PageStore store, CacheOptions options, ValidityClock clock, CacheCounters counters) {
        this.source = source;
        this.store = store;
        this.options = options;
        this.clock = clock;
        this.counters = counters;
        longest = Math.max(store.pageBytes, store.capacity() / 2);
    }

    /** Reads one buffer; says why when it cannot. */
    Fault tryRead(long address, MemorySegment buffer) {
        single.add(address, buffer);
        return readSingle();
    }

    /** Reads a value; {@link #lastScalar} has it when there is no fault. */
    Fault tryScalar(long address, int bytes) {
        single.add(address, scalar, 0, bytes, PageType.UNKNOWN);
        return readSingle();
    }

    private Fault readSingle() {
        read(single);
        Fault fault = single.faultCount() == 0 ? Fault.NONE : single.faultCause(0);
        single.clear();
        return fault;
    }

    /** The bytes that {@link #tryScalar} read last, as a value. */
    long lastScalar(int bytes, ByteOrder order) {
        return ScalarLayout.get(scalar, 0, bytes, order);
    }

    void read(MemoryBatch batch) {
        batch.restart();
        reset(batch.size());
        now = clock.now();
        try {
            for (int request = 0; request < batch.size(); request++) {
                plan(batch, request);
            }
            endRun(batch);
            if (fetch.size() != 0) {
                fetch.upper(batch.upper());
                source.read(fetch);
                settle(batch);
            }
        } finally {
            for (; settled < claims; settled++) {
                store.release(claimWays[settled]);
            }
            fetch.clear();
        }
        readAgain(batch);
        for (int request = 0; request < batch.size(); request++) {
            batch.finish(request);
        }
        count();
    }

    private void reset(int requests) {
        fetch.clear();
        claims = 0;
        settled = 0;
        waiters = 0;
        runLength = 0;
        if (again.length < requests) {
            again = new boolean[Math.max(requests, again.length * 2)];
        }
    }

    private void count() {
        if (hits != 0) {
            counters.hits.add(hits);
            hits = 0;
        }
        if (misses != 0) {
            counters.misses.add(misses);
            misses = 0;
        }
        if (uncached != 0) {
            counters.uncached.add(uncached);
            uncached = 0;
        }
    }

    private void plan(MemoryBatch batch, int request) {
        long address = batch.address(request);
        long length = batch.length(request);
        if (length == 0) {
            return;
        }
        boolean forCache = batch.upper() == 0
                && length <= longest
                && options.caches(batch.pageType(request))
                && !Address.overflows(address, length);
        if (!forCache) {
            uncached++;
            addRun(batch, request, 0, length);
            return;
        }
        long done = 0;
        while (done < length) {
            long at = address + done;
            long piece = Math.min(length - done, store.pageBytes - (at - store.pageOf(at)));
            planPiece(batch, request, done, piece);
            done += piece;
        }
    }

    private void planPiece(MemoryBatch batch, int request, long offset, long length) {
        long address = batch.address(request) + offset;
        PageStore.Found found =
                store.copy(address, length, batch.buffer(request), batch.bufferOffset(request) + offset, now);
        switch (found) {
            case HIT -> hits++;
            case NOT_WHOLE -> {
                uncached++;
                addRun(batch, request, offset, length);
            }
            case MISS -> {
                misses++;
                int claim = claimFor(store.pageOf(address), batch.pageType(request));
                if (claim < 0) {
                    addRun(batch, request, offset, length);
                } else {
                    addWaiter(request, offset, length, claim);
                }
            }
        }
    }

    /** The claim on a page, made now or earlier in this batch; negative when there is no way for it. */
    private int claimFor(long page, int pageType) {
        int filled = store.beingFilled(page);
        if (filled != PageStore.NO_WAY) {
            // Another thread's claim is not waited for: this batch reads what it needs of that page itself.
            int claim = store.owner(filled);
            return claim < claims && claimWays[claim] == filled ? claim : -1;
        }
        int way = store.claim(page, claims, now);
        if (way == PageStore.NO_WAY) {
            return -1;
        }
        if (claims == claimWays.length) {
            claimWays = Arrays.copyOf(claimWays, claims * 2);
            claimFetches = Arrays.copyOf(claimFetches, claims * 2);
        }
        claimWays[claims] = way;
        claimFetches[claims] = addFetch(page, store.bytes, store.offset(way), store.pageBytes, pageType, ~claims, 0);
        return claims++;
    }

    private int addFetch(
            long address, MemorySegment buffer, long bufferOffset, long length, int pageType, int owner, long offset) {
        int index = fetch.add(address, buffer, bufferOffset, length, pageType);
        if (index == fetchOwners.length) {
            fetchOwners = Arrays.copyOf(fetchOwners, index * 2);
            fetchOffsets = Arrays.copyOf(fetchOffsets, index * 2);
        }
        fetchOwners[index] = owner;
        fetchOffsets[index] = offset;
        return index;
    }

    private void addWaiter(int request, long offset, long length, int claim) {
        if (waiters == waiterRequests.length) {
            waiterRequests = Arrays.copyOf(waiterRequests, waiters * 2);
            waiterOffsets = Arrays.copyOf(waiterOffsets, waiters * 2);
            waiterLengths = Arrays.copyOf(waiterLengths, waiters * 2);
            waiterClaims = Arrays.copyOf(waiterClaims, waiters * 2);
        }
        waiterRequests[waiters] = request;
        waiterOffsets[waiters] = offset;
        waiterLengths[waiters] = length;
        waiterClaims[waiters] = claim;
        waiters++;
    }

    /** Plans to read bytes without the cache, joined with those before them. */
    private void addRun(MemoryBatch batch, int request, long offset, long length) {
        if (runLength != 0 && runRequest == request && runOffset + runLength == offset) {
            runLength += length;
            return;
        }
        endRun(batch);
        runRequest = request;
        runOffset = offset;
        runLength = length;
    }

    private void endRun(MemoryBatch batch) {
        if (runLength != 0) {
            addFetch(
                    batch.address(runRequest) + runOffset,
                    batch.buffer(runRequest),
                    batch.bufferOffset(runRequest) + runOffset,
                    runLength,
                    batch.pageType(runRequest),
                    runRequest,
                    runOffset);
            runLength = 0;
        }
    }

    /** Hands out the pages that were fetched, while they are still held, and lets others see them. */
    private void settle(MemoryBatch batch) {
        for (int i = 0; i < waiters; i++) {
            int claim = waiterClaims[i];
            int request = waiterRequests[i];
            if (isWhole(claim)) {
                long address = batch.address(request) + waiterOffsets[i];
                store.copyOut(
                        claimWays[claim],
                        address - store.pageOf(address),
                        waiterLengths[i],
                        batch.buffer(request),
                        batch.bufferOffset(request) + waiterOffsets[i]);
            } else {
                again[request] = true;
            }
        }
        for (; settled < claims; settled++) {
            if (isWhole(settled)) {
                store.publish(claimWays[settled], now);
            } else {
                store.publishNotWhole(claimWays[settled], now);
            }
        }
        for (int i = 0; i < fetch.faultCount(); i++) {
            int fetched = fetch.faultRequest(i);
            int request = fetchOwners[fetched];
            if (request >= 0 && !again[request]) {
                batch.fault(
                        request,
                        fetchOffsets[fetched] + fetch.faultOffset(i),
                        fetch.faultLength(i),
                        fetch.faultCause(i));
            }
        }
    }

    private boolean isWhole(int claim) {
        return fetch.status(claimFetches[claim]) == RequestStatus.WHOLE;
    }

    /** Reads requests that a whole page could not be had for, as the source itself would: it says which bytes fail. */
    private void readAgain(MemoryBatch batch) {
        retry.clear();
        retry.upper(batch.upper());
        for (int request = 0; request < batch.size(); request++) {
            if (again[request]) {
                again[request] = false;
                int index = retry.add(
                        batch.address(request),
                        batch.buffer(request),
                        batch.bufferOffset(request),
                        batch.length(request),
                        batch.pageType(request));
                if (index == retryOwners.length) {
                    retryOwners = Arrays.copyOf(retryOwners, index * 2);
                }
                retryOwners[index] = request;
            }
        }
        if (retry.size() == 0) {
            return;
        }
        source.read(retry);
        for (int i = 0; i < retry.faultCount(); i++) {
            batch.fault(
                    retryOwners[retry.faultRequest(i)],
                    retry.faultOffset(i),
                    retry.faultLength(i),
                    retry.faultCause(i));
        }
        retry.clear();
    }
}
