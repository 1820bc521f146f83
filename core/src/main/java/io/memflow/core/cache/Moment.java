package io.memflow.core.cache;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The blocks of a source that were read in one moment. What cannot be read as a whole block, what is large, and what finds
 * no room is read from the source as it was asked for, so that faults are the source's. Confined.
 */
final class Moment implements MomentBlocks {
    private static final int BLOCK_SHIFT = 9;
    /** Small enough that a copy costs less than finding the page it is in, large enough for neighbouring members. */
    private static final int BLOCK = 1 << BLOCK_SHIFT;
    /**
     * Blocks of a page that nobody asked for are fetched too where these few lie between two: a source finds the page anew
     * for each run of blocks, which takes longer than to copy them.
     */
    private static final int MOST_BETWEEN = 3;

    /** Of 4 KiB, the smallest pages that sources have. */
    private static final int PAGE_SHIFT = 12;

    /** 16 MiB of blocks: those of some 2,000 processes. */
    private static final int MOST_BLOCKS = 1 << 15;
    /** Longer requests are worth a call of their own. */
    private static final long LARGEST_REQUEST = 4096;

    private static final int FIRST_BLOCKS = 256;
    /** Spreads neighbouring blocks over the table: 2^64 divided by the golden ratio. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    /** No address of a block. */
    private static final long NO_BLOCK = 1;

    private static final int NO_SLOT = -1;

    private final MemoryView source;
    private final MemoryBatch fetches = new MemoryBatch();
    /** What is asked of the source as it was asked here. */
    private final MemoryBatch others = new MemoryBatch();

    private int[] owners = new int[16];

    /** Open addressing: slot number + 1 of a block, or 0. */
    private int[] table = new int[2 * FIRST_BLOCKS];

    private int shift = Long.SIZE - Integer.numberOfTrailingZeros(table.length);
    private int count;
    private long[] addresses = new long[FIRST_BLOCKS];
    /** Whether the source gave all bytes of the block. */
    private boolean[] whole = new boolean[FIRST_BLOCKS];

    private boolean[] used = new boolean[FIRST_BLOCKS];
    private MemorySegment bytes = MemorySegment.ofArray(new byte[FIRST_BLOCKS * BLOCK]);

    /** The block that was found last; no block before one is. */
    private long lastBlock = NO_BLOCK;

    private int lastSlot;

    private final MomentPages pages = new MomentPages();

    private long[] wanted = new long[64];
    private int wantedCount;

    Moment(MemoryView source) {
        this.source = source;
    }

    /** Forgets all blocks. */
    void clear() {
        Arrays.fill(table, 0);
        count = 0;
        lastBlock = NO_BLOCK;
        pages.clear();
    }

    /** Addresses of the blocks that were asked for, ascending. */
    long[] readBlocks() {
        long[] blocks = new long[count];
        int found = 0;
        for (int slot = 0; slot < count; slot++) {
            if (used[slot]) {
                blocks[found++] = addresses[slot];
            }
        }
        Arrays.sort(blocks, 0, found);
        return Arrays.copyOf(blocks, found);
    }

    /**
     * Fetches blocks that are not there yet, in one call.
     *
     * @param blocks their addresses, ascending; one may be named more than once
     */
    void fetch(long[] blocks) {
        int first = count;
        long next = blocks.length == 0 ? 0 : blocks[0];
        for (long block : blocks) {
            long between = block - next;
            if (between > 0 && between <= MOST_BETWEEN * BLOCK && (block ^ next) >>> PAGE_SHIFT == 0) {
                for (; next != block; next += BLOCK) {
                    add(next);
                }
            }
            add(block);
            next = block + BLOCK;
        }
        fill(first);
    }

    private void add(long block) {
        if (count < MOST_BLOCKS && find(block) == NO_SLOT) {
            insert(block);
        }
    }

    @Override
    public long place(long address, int length) {
        long inBlock = address & BLOCK - 1;
        if (inBlock + length > BLOCK) {
            return ABSENT;
        }
        int slot = find(address - inBlock);
        if (slot == NO_SLOT) {
            if (count == MOST_BLOCKS) {
                return ABSENT;
            }
            slot = count;
            insert(address - inBlock);
            fill(slot);
        }
        used[slot] = true;
        return whole[slot] ? ((long) slot << BLOCK_SHIFT) + inBlock : ABSENT;
    }

    @Override
    public long value(long place, int length, ByteOrder order) {
        return ScalarLayout.get(bytes, place, length, order);
    }

    @Override
    public long frame(Object walker, long root, long page) {
        return pages.frame(walker, root, page);
    }

    @Override
    public void remember(Object walker, long root, long page, long frame) {
        pages.remember(walker, root, page, frame);
    }

    /** Answers each request from blocks, of which those that are missing are fetched by one call, or from the source. */
    void read(MemoryBatch batch) {
        fetchMissing(batch);
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            if (!copy(batch, request)) {
                pass(batch, request);
            }
        }
        if (others.size() != 0) {
            source.read(others);
            for (int i = 0; i < others.faultCount(); i++) {
                batch.fault(
                        owners[others.faultRequest(i)],
                        others.faultOffset(i),
                        others.faultLength(i),
                        others.faultCause(i));
            }
            others.clear();
        }
        for (int request = 0; request < batch.size(); request++) {
            batch.finish(request);
        }
    }

    private void pass(MemoryBatch batch, int request) {
        if (others.size() == owners.length) {
            owners = Arrays.copyOf(owners, 2 * owners.length);
        }
        owners[others.size()] = request;
        others.add(
                batch.address(request),
                batch.buffer(request),
                batch.bufferOffset(request),
                batch.length(request),
                batch.pageType(request));
    }

    private void fetchMissing(MemoryBatch batch) {
        wantedCount = 0;
        for (int request = 0; request < batch.size(); request++) {
            if (isTaken(batch, request)) {
                long end = batch.address(request) + batch.length(request);
                for (long block = batch.address(request) & -BLOCK; block != end && end - block > 0; block += BLOCK) {
                    want(block);
                }
            }
        }
        if (wantedCount != 0) {
            long[] missing = Arrays.copyOf(wanted, wantedCount);
            Arrays.sort(missing);
            fetch(missing);
        }
    }

    private void want(long block) {
        if (find(block) != NO_SLOT) {
            return;
        }
        if (wantedCount == wanted.length) {
            wanted = Arrays.copyOf(wanted, 2 * wantedCount);
        }
        wanted[wantedCount++] = block;
    }

    private static boolean isTaken(MemoryBatch batch, int request) {
        long length = batch.length(request);
        return length != 0 && length <= LARGEST_REQUEST && !Address.overflows(batch.address(request), length);
    }

    /** Copies a request out of its blocks, when all are there. */
    private boolean copy(MemoryBatch batch, int request) {
        if (!isTaken(batch, request)) {
            return false;
        }
        long address = batch.address(request);
        long length = batch.length(request);
        for (long done = 0; done < length; ) {
            long inBlock = address + done & BLOCK - 1;
            int slot = find(address + done - inBlock);
            if (slot == NO_SLOT) {
                return false;
            }
            used[slot] = true;
            if (!whole[slot]) {
                return false;
            }
            long run = Math.min(length - done, BLOCK - inBlock);
            ScalarLayout.copy(
                    bytes,
                    ((long) slot << BLOCK_SHIFT) + inBlock,
                    batch.buffer(request),
                    batch.bufferOffset(request) + done,
                    run);
            done += run;
        }
        return true;
    }

    private int find(long block) {
        if (block == lastBlock) {
            return lastSlot;
        }
        int mask = table.length - 1;
        int at = home(block);
        while (table[at] != 0) {
            int slot = table[at] - 1;
            if (addresses[slot] == block) {
                lastBlock = block;
                lastSlot = slot;
                return slot;
            }
            at = at + 1 & mask;
        }
        return NO_SLOT;
    }

    private int home(long block) {
        return (int) (((block >>> BLOCK_SHIFT) * SPREAD) >>> shift);
    }

    private void insert(long block) {
        if (count == addresses.length) {
            grow();
        }
        int slot = count++;
        addresses[slot] = block;
        used[slot] = false;
        enter(slot);
    }

    private void enter(int slot) {
        int at = home(addresses[slot]);
        while (table[at] != 0) {
            at = at + 1 & table.length - 1;
        }
        table[at] = slot + 1;
    }

    private void grow() {
        int capacity = 2 * count;
        addresses = Arrays.copyOf(addresses, capacity);
        whole = Arrays.copyOf(whole, capacity);
        used = Arrays.copyOf(used, capacity);
        MemorySegment larger = MemorySegment.ofArray(new byte[capacity * BLOCK]);
        MemorySegment.copy(bytes, 0, larger, 0, (long) count * BLOCK);
        bytes = larger;
        table = new int[2 * capacity];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(table.length);
        for (int slot = 0; slot < count; slot++) {
            enter(slot);
        }
    }

    /** Reads the blocks from one slot on; neighbours in memory are neighbours here, and one request. */
    private void fill(int firstSlot) {
        int slot = firstSlot;
        while (slot < count) {
            int end = slot + 1;
            while (end < count && addresses[end] == addresses[end - 1] + BLOCK) {
                end++;
            }
            fetches.add(addresses[slot], bytes, (long) slot * BLOCK, (long) (end - slot) * BLOCK);
            slot = end;
        }
        if (fetches.size() != 0) {
            source.read(fetches);
            Arrays.fill(whole, firstSlot, count, true);
            for (int i = 0; i < fetches.faultCount(); i++) {
                spoil(fetches.faultRequest(i), fetches.faultOffset(i), fetches.faultLength(i));
            }
            fetches.clear();
        }
    }

    /** Notes that bytes of a fetched run did not come. */
    private void spoil(int request, long offset, long length) {
        long start = fetches.bufferOffset(request) + offset;
        for (long slot = start >>> BLOCK_SHIFT; slot <= (start + length - 1) >>> BLOCK_SHIFT; slot++) {
            whole[(int) slot] = false;
        }
    }
}
