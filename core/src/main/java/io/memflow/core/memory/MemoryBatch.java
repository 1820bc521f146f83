package io.memflow.core.memory;

import io.memflow.core.address.PageType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * A list of memory requests and, after execution, how each ended: the one primitive all access is built on.
 *
 * <p>Requests and faults are kept as parallel arrays that grow once and are then reused, so a caller that keeps its batch
 * allocates nothing per request. A fault is a run of bytes of one request that was not transferred; the target bytes of
 * such a run are left untouched. A view that executes a batch ends each request with exactly one call of
 * {@link #finish(int)}, after any calls of {@link #fault}.
 *
 * <p>Confined: one thread at a time.
 */
public final class MemoryBatch {
    private static final int INITIAL_CAPACITY = 16;

    private int size;
    private long[] addresses;
    private long[] lengths;
    private long[] bufferOffsets;
    private MemorySegment[] buffers;
    private int[] pageTypes;
    private long upper;
    private long[] faultedBytes;
    private boolean[] finished;
    /** Room for what {@link #words()} says; empty until it is asked for. */
    private long[] words = new long[0];

    private int faultCount;
    private int[] faultRequest = new int[0];
    private long[] faultOffset = new long[0];
    private long[] faultLength = new long[0];
    private Fault[] faultCause = new Fault[0];

    public MemoryBatch() {
        this(INITIAL_CAPACITY);
    }

    /**
     * An empty batch.
     *
     * @param capacity requests the batch holds before it has to grow
     */
    public MemoryBatch(int capacity) {
        addresses = new long[capacity];
        lengths = new long[capacity];
        bufferOffsets = new long[capacity];
        buffers = new MemorySegment[capacity];
        pageTypes = new int[capacity];
        faultedBytes = new long[capacity];
        finished = new boolean[capacity];
    }

    /** Forgets all requests and results but keeps the arrays. */
    public void clear() {
        Arrays.fill(buffers, 0, size, MemorySegment.NULL);
        size = 0;
        faultCount = 0;
        upper = 0;
    }

    /** Bits 64 to 127 of every address in this batch; 0 in spaces of 64 bits. */
    public long upper() {
        return upper;
    }

    /**
     * Sets bits 64 to 127 of every address, past and to come, until {@link #clear()}. A space of 64 bits holds nothing
     * where they are not 0.
     */
    public void upper(long word) {
        upper = word;
    }

    /** Makes every request pending again so that the same list can be executed once more. */
    public void restart() {
        forgetFaults();
        Arrays.fill(finished, 0, size, false);
    }

    /**
     * Adds a request for the whole of {@code buffer}.
     *
     * @return the request's index
     */
    public int add(long address, MemorySegment buffer) {
        return add(address, buffer, 0, buffer.byteSize());
    }

    /**
     * Adds a request.
     *
     * @param address first address in the view that will execute the batch
     * @param buffer where bytes go to (read) or come from (write)
     * @param bufferOffset first byte of the buffer to use
     * @param length bytes
     * @return the request's index
     * @throws IndexOutOfBoundsException when the slice does not lie inside the buffer
     */
    public int add(long address, MemorySegment buffer, long bufferOffset, long length) {
        return add(address, buffer, bufferOffset, length, PageType.UNKNOWN);
    }

    /**
     * Adds a request on memory of which something is known, so that caches can choose by it.
     *
     * @param pageType flags of {@link PageType}
     * @return the request's index
     * @throws IndexOutOfBoundsException when the slice does not lie inside the buffer
     */
    public int add(long address, MemorySegment buffer, long bufferOffset, long length, int pageType) {
        Objects.checkFromIndexSize(bufferOffset, length, buffer.byteSize());
        if (size == addresses.length) {
            growRequests();
        }
        int request = size++;
        addresses[request] = address;
        buffers[request] = buffer;
        bufferOffsets[request] = bufferOffset;
        lengths[request] = length;
        pageTypes[request] = pageType;
        faultedBytes[request] = 0;
        finished[request] = false;
        return request;
    }

    public int size() {
        return size;
    }

    public long address(int request) {
        return addresses[request];
    }

    /** Bytes asked for. */
    public long length(int request) {
        return lengths[request];
    }

    /** Whether every request asks for that many bytes. */
    public boolean isOnly(long bytes) {
        long differing = 0;
        for (int request = 0; request < size; request++) {
            differing |= lengths[request] ^ bytes;
        }
        return differing == 0;
    }

    /** What the caller knows of the memory, as flags of {@link PageType}. */
    public int pageType(int request) {
        return pageTypes[request];
    }

    public MemorySegment buffer(int request) {
        return buffers[request];
    }

    public long bufferOffset(int request) {
        return bufferOffsets[request];
    }

    /** The addresses themselves; read only, and no more of them than {@link #size()}. */
    long[] addresses() {
        return addresses;
    }

    /** As {@link #addresses()}: bytes asked for. */
    long[] lengths() {
        return lengths;
    }

    /** Room for one word a request, for whoever executes the batch; what it held before is left in it. */
    long[] words() {
        if (words.length < size) {
            words = new long[addresses.length];
        }
        return words;
    }

    public RequestStatus status(int request) {
        if (!finished[request]) {
            return RequestStatus.PENDING;
        }
        long faulted = faultedBytes[request];
        if (faulted == 0) {
            return RequestStatus.WHOLE;
        }
        return faulted == lengths[request] ? RequestStatus.FAILED : RequestStatus.PARTIAL;
    }

    /** Whether every request ended whole. */
    public boolean allWhole() {
        for (int request = 0; request < size; request++) {
            if (!finished[request] || faultedBytes[request] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Bytes of the request that were transferred. */
    public long transferred(int request) {
        return finished[request] ? lengths[request] - faultedBytes[request] : 0;
    }

    /** Number of runs of bytes, over all requests, that were not transferred. */
    public int faultCount() {
        return faultCount;
    }

    /** The request that fault number {@code index} belongs to. */
    public int faultRequest(int index) {
        return faultRequest[index];
    }

    /** First byte of the faulted run, counted from the start of its request. */
    public long faultOffset(int index) {
        return faultOffset[index];
    }

    /** Bytes in the faulted run. */
    public long faultLength(int index) {
        return faultLength[index];
    }

    public Fault faultCause(int index) {
        return faultCause[index];
    }

    /**
     * Reports that bytes of a request cannot be transferred. Runs of one request must not overlap.
     *
     * @param offset first byte, counted from the start of the request
     */
    public void fault(int request, long offset, long length, Fault cause) {
        int last = faultCount - 1;
        boolean continuesLast = last >= 0
                && faultRequest[last] == request
                && faultCause[last] == cause
                && faultOffset[last] + faultLength[last] == offset;
        if (continuesLast) {
            faultLength[last] += length;
        } else {
            appendFault(request, offset, length, cause);
        }
        faultedBytes[request] += length;
    }

    /** Ends a request: bytes not reported by {@link #fault} count as transferred. */
    public void finish(int request) {
        finished[request] = true;
    }

    /** Ends every request as one whose bytes were all transferred, whatever was reported before. */
    public void finishWhole() {
        forgetFaults();
        Arrays.fill(finished, 0, size, true);
    }

    private void forgetFaults() {
        if (faultCount != 0) {
            faultCount = 0;
            Arrays.fill(faultedBytes, 0, size, 0);
        }
    }

    /** Ends a request of which no byte was transferred. */
    public void fail(int request, Fault cause) {
        if (lengths[request] != 0) {
            fault(request, 0, lengths[request], cause);
        }
        finish(request);
    }

    private void appendFault(int request, long offset, long length, Fault cause) {
        if (faultCount == faultRequest.length) {
            int capacity = Math.max(INITIAL_CAPACITY, faultCount * 2);
            faultRequest = Arrays.copyOf(faultRequest, capacity);
            faultOffset = Arrays.copyOf(faultOffset, capacity);
            faultLength = Arrays.copyOf(faultLength, capacity);
            faultCause = Arrays.copyOf(faultCause, capacity);
        }
        faultRequest[faultCount] = request;
        faultOffset[faultCount] = offset;
        faultLength[faultCount] = length;
        faultCause[faultCount] = cause;
        faultCount++;
    }

    private void growRequests() {
        int capacity = Math.max(INITIAL_CAPACITY, size * 2);
        addresses = Arrays.copyOf(addresses, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        bufferOffsets = Arrays.copyOf(bufferOffsets, capacity);
        buffers = Arrays.copyOf(buffers, capacity);
        pageTypes = Arrays.copyOf(pageTypes, capacity);
        faultedBytes = Arrays.copyOf(faultedBytes, capacity);
        finished = Arrays.copyOf(finished, capacity);
    }
}
