package io.memflow.core.translate;

import io.memflow.core.address.Address;
import io.memflow.core.address.PageType;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.LookAhead;
import io.memflow.core.memory.MappedFaults;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Executes batches of virtual requests in rounds: cuts requests at page boundaries, translates the pieces of a round as
 * one list, then copies them from mapped memory or hands them on as one physical batch. Room is kept for the next batch.
 * Confined.
 */
final class VirtualTransfer {
    /** Pieces of a round on mapped memory: small enough to stay in the processor's first cache. */
    private static final int DIRECT_ROUND = 512;
    /** Pieces of a round elsewhere: few enough to bound the room, many enough that calls stay rare. */
    private static final int STAGED_ROUND = 1 << 15;

    private final PhysicalMemory physical;
    private final @Nullable DirectMap direct;
    private final SpaceTranslator translator;
    private final long pageMask;
    private final int roundSize;

    private final TranslationList list = new TranslationList();
    private int[] owners = new int[INITIAL];
    private long[] offsets = new long[INITIAL];
    private long[] lengths = new long[INITIAL];
    private long[] words = new long[0];

    /** What is left to the physical memory: runs of pieces that follow each other on both sides. */
    private final MemoryBatch runs = new MemoryBatch();

    private int[] runOwners = new int[INITIAL];
    private long[] runOffsets = new long[INITIAL];

    private static final int INITIAL = 16;

    // The range of the map that was used last.
    private int range = -1;
    private long rangeStart;
    private long rangeLength;
    private long rangeBase;
    private MemorySegment rangeSegment = MemorySegment.NULL;

    VirtualTransfer(PhysicalMemory physical, SpaceTranslator translator) {
        this.physical = physical;
        this.direct = physical.capability(DirectMap.class).orElse(null);
        this.translator = translator;
        this.pageMask = translator.pageSize() - 1;
        this.roundSize = translator.readsInPlace() ? DIRECT_ROUND : STAGED_ROUND;
    }

    void read(MemoryBatch batch) {
        if (!readWords(batch)) {
            execute(batch, Direction.READ);
        }
    }

    void write(MemoryBatch batch) {
        execute(batch, Direction.WRITE);
    }

    private enum Direction {
        READ,
        WRITE
    }

    private void execute(MemoryBatch batch, Direction direction) {
        batch.restart();
        list.clear();
        list.upper(batch.upper());
        int size = batch.size();
        for (int request = 0; request < size; request++) {
            long address = batch.address(request);
            long length = batch.length(request);
            if (Address.overflows(address, length)) {
                batch.fault(request, 0, length, Fault.ADDRESS_OVERFLOW);
                continue;
            }
            long done = 0;
            while (done < length) {
                long at = address + done;
                long piece = Math.min(length - done, pageMask + 1 - (at & pageMask));
                add(at, request, done, piece);
                done += piece;
                if (list.size() == roundSize) {
                    round(batch, direction);
                }
            }
        }
        if (list.size() != 0) {
            round(batch, direction);
        }
        for (int request = 0; request < size; request++) {
            batch.finish(request);
        }
    }

    private void add(long virtual, int request, long offset, long length) {
        int piece = list.add(virtual);
        if (piece == owners.length) {
            owners = Arrays.copyOf(owners, piece * 2);
            offsets = Arrays.copyOf(offsets, piece * 2);
            lengths = Arrays.copyOf(lengths, piece * 2);
        }
        owners[piece] = request;
        offsets[piece] = offset;
        lengths[piece] = length;
    }

    private void round(MemoryBatch batch, Direction direction) {
        translator.translate(list);
        DirectMap map = direct;
        if (map == null || direction == Direction.WRITE || !copyMapped(batch, map)) {
            hand(batch, direction);
        }
        list.clear();
        list.upper(batch.upper());
    }

    /** Ends pieces that do not translate, and hands the others on to the physical memory. */
    private void hand(MemoryBatch batch, Direction direction) {
        int piece = 0;
        while (piece < list.size()) {
            if (list.isMapped(piece)) {
                piece = addRun(batch, piece, direction);
            } else {
                batch.fault(owners[piece], offsets[piece], lengths[piece], list.fault(piece));
                piece++;
            }
        }
        if (runs.size() != 0) {
            flush(batch, direction);
        }
    }

    /**
     * Reads a batch of nothing but words of 8 bytes that lie in one page each, and all in one mapped range; false when it
     * has to be read in the general way. All loads come before the stores, so that the processor waits for many at once.
     */
    private boolean readWords(MemoryBatch batch) {
        int size = batch.size();
        if (direct == null || size == 0 || size > DIRECT_ROUND || !batch.isOnly(Long.BYTES)) {
            return false;
        }
        list.clear();
        list.upper(batch.upper());
        for (int request = 0; request < size; request++) {
            long address = batch.address(request);
            if ((address & pageMask) > pageMask - (Long.BYTES - 1)) {
                return false;
            }
            list.add(address);
        }
        translator.translate(list);
        if (!loadWords()) {
            return false;
        }
        for (int request = 0; request < size; request++) {
            batch.buffer(request).set(ScalarLayout.LONG_LITTLE, batch.bufferOffset(request), words[request]);
        }
        batch.finishWhole();
        return true;
    }

    private boolean loadWords() {
        int size = list.size();
        if (list.physicalUppers.length != 0 || !list.isMapped(0) || !seek(list.physicals[0])) {
            return false;
        }
        if (words.length < size) {
            words = new long[list.physicals.length];
        }
        long[] physicals = list.physicals;
        int[] outcomes = list.outcomes;
        MemorySegment segment = rangeSegment;
        long start = rangeStart;
        long base = rangeBase;
        long usable = rangeLength - (Long.BYTES - 1);
        try {
            for (int i = 0; i < size; i++) {
                long within = physicals[i] - start;
                if (TranslationList.faultCodeOf(outcomes[i]) != 0 || within < 0 || within >= usable) {
                    MappedFaults.raise();
                    return false;
                }
                words[i] = segment.get(ScalarLayout.LONG_LITTLE, within + base);
            }
            MappedFaults.raise();
        } catch (InternalError pageNotThere) {
            // The physical memory says which.
            return false;
        }
        return true;
    }

    /**
     * Copies the pieces of a round in place; false when one does not lie in one mapped range, or its page is not there, and
     * all of them have to be read by the physical memory.
     */
    private boolean copyMapped(MemoryBatch batch, DirectMap map) {
        boolean allMapped = true;
        try {
            for (int first = 0; first < list.size(); first += LookAhead.REQUESTS) {
                int end = Math.min(list.size(), first + LookAhead.REQUESTS);
                lookAhead(map, first, end);
                for (int piece = first; piece < end; piece++) {
                    if (!list.isMapped(piece)) {
                        allMapped = false;
                    } else if (isDirect(piece)) {
                        copyDirect(batch, piece);
                    } else {
                        MappedFaults.raise();
                        return false;
                    }
                }
            }
            MappedFaults.raise();
        } catch (InternalError pageNotThere) {
            return false;
        }
        for (int piece = 0; !allMapped && piece < list.size(); piece++) {
            if (!list.isMapped(piece)) {
                batch.fault(owners[piece], offsets[piece], lengths[piece], list.fault(piece));
            }
        }
        return true;
    }

    private void lookAhead(DirectMap map, int first, int end) {
        long sum = 0;
        for (int piece = first; piece < end; piece++) {
            sum += offsets[piece] & 1;
        }
        // Where a piece does not translate its address is any: what is loaded from there goes nowhere.
        MappedFaults.raise(sum + LookAhead.load(map, range, list.physicals, lengths, first, end));
    }

    /** Whether a piece lies in one mapped range, which is then the one in use. */
    private boolean isDirect(int piece) {
        long target = list.physicals[piece];
        if (list.physicalUpper(piece) != 0) {
            return false;
        }
        if (Long.compareUnsigned(target - rangeStart, rangeLength) >= 0 && !seek(target)) {
            return false;
        }
        return lengths[piece] <= rangeLength - (target - rangeStart);
    }

    private void copyDirect(MemoryBatch batch, int piece) {
        int request = owners[piece];
        MemorySegment.copy(
                rangeSegment,
                rangeBase + list.physicals[piece] - rangeStart,
                batch.buffer(request),
                batch.bufferOffset(request) + offsets[piece],
                lengths[piece]);
    }

    private boolean seek(long target) {
        DirectMap map = direct;
        int found = map == null ? -1 : map.find(target);
        if (map == null || found < 0) {
            return false;
        }
        range = found;
        rangeStart = map.start(range);
        rangeLength = map.end(range) - rangeStart;
        rangeSegment = map.segment(range);
        rangeBase = map.offset(range, rangeStart);
        return true;
    }

    /** Adds a piece and those that continue it to the physical batch; returns the first that does not. */
    private int addRun(MemoryBatch batch, int first, Direction direction) {
        long upper = list.physicalUpper(first);
        if (runs.size() != 0 && runs.upper() != upper) {
            flush(batch, direction);
        }
        runs.upper(upper);
        int request = owners[first];
        int pageType = list.pageType(first);
        long length = lengths[first];
        int next = first + 1;
        while (next < list.size()
                && owners[next] == request
                && list.isMapped(next)
                && list.physical(next) == list.physical(first) + length
                && list.physicalUpper(next) == upper
                && list.pageType(next) == pageType) {
            length += lengths[next];
            next++;
        }
        int run = runs.size();
        if (run == runOwners.length) {
            runOwners = Arrays.copyOf(runOwners, run * 2);
            runOffsets = Arrays.copyOf(runOffsets, run * 2);
        }
        runOwners[run] = request;
        runOffsets[run] = offsets[first];
        runs.add(
                list.physical(first),
                batch.buffer(request),
                batch.bufferOffset(request) + offsets[first],
                length,
                known(batch.pageType(request), pageType));
        return next;
    }

    /** What a request says of a page goes before what these tables say: a guest's tables know it, or it is one of them. */
    private static int known(int asked, int translated) {
        return (asked & ~PageType.UNKNOWN) == 0 ? translated : asked;
    }

    private void flush(MemoryBatch batch, Direction direction) {
        try {
            switch (direction) {
                case READ -> physical.read(runs);
                case WRITE -> physical.write(runs);
            }
            for (int i = 0; i < runs.faultCount(); i++) {
                int run = runs.faultRequest(i);
                batch.fault(
                        runOwners[run], runOffsets[run] + runs.faultOffset(i), runs.faultLength(i), runs.faultCause(i));
            }
        } finally {
            runs.clear();
        }
    }
}
