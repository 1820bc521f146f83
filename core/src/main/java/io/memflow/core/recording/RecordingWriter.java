package io.memflow.core.recording;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes executed batches as {@link RecordingFormat} says. Thread-safe: one batch at a time, so that the requests of one
 * stay together; nothing is allocated per request.
 */
final class RecordingWriter {
    private final RecordingOutput output;
    /** Boxed bytes are all cached, so that looking one up allocates nothing. */
    private final Map<Fault, Byte> codes;

    private final ReentrantLock lock = new ReentrantLock();
    private long requests;
    private boolean finished;
    private @Nullable IOException failure;

    /** The first fault of each request, and the next one of the same request after each fault; -1 is none. */
    private int[] first = new int[0];

    private int[] next = new int[0];

    /** Starts a recording; closes the stream at its end. */
    RecordingWriter(OutputStream stream, RecordingHeader header) {
        output = new RecordingOutput(stream);
        codes = header.faultCodes();
        try {
            header.write(output);
            output.drain();
        } catch (IOException broken) {
            throw incomplete(broken);
        }
    }

    /** Adds every request of a batch with its outcome. */
    void add(MemoryBatch batch, byte access) {
        lock.lock();
        try {
            requireUsable();
            sortFaults(batch);
            for (int request = 0; request < batch.size(); request++) {
                addRequest(batch, request, access);
            }
            requests += batch.size();
            // Whatever ends this process, the stream has all that was answered.
            output.drain();
        } catch (IOException broken) {
            failure = broken;
            throw incomplete(broken);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the recording. Doing so twice does nothing. */
    void finish() {
        lock.lock();
        try {
            if (finished) {
                return;
            }
            finished = true;
            try (output) {
                if (failure == null) {
                    output.putByte(RecordingFormat.END);
                    output.putLong(requests);
                    output.drain();
                }
            }
        } catch (IOException broken) {
            throw incomplete(broken);
        } finally {
            lock.unlock();
        }
    }

    private void requireUsable() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (finished) {
            throw new IOException("the recording has been finished");
        }
    }

    private static MemflowException incomplete(IOException broken) {
        return new MemflowException(
                ErrorOrigin.MEMORY,
                ErrorKind.UNABLE_TO_WRITE_FILE,
                "The recording could not be written and is incomplete: %s; record again where there is room."
                        .formatted(broken.getMessage()),
                broken);
    }

    private void addRequest(MemoryBatch batch, int request, byte access) throws IOException {
        output.putByte(access);
        output.putLong(batch.upper());
        output.putLong(batch.address(request));
        output.putLong(batch.length(request));
        output.putInt(batch.pageType(request));
        int count = 0;
        for (int fault = first[request]; fault >= 0; fault = next[fault]) {
            count++;
        }
        output.putInt(count);
        for (int fault = first[request]; fault >= 0; fault = next[fault]) {
            output.putLong(batch.faultOffset(fault));
            output.putLong(batch.faultLength(fault));
            output.putByte(Objects.requireNonNull(codes.get(batch.faultCause(fault))));
        }
        if (access == RecordingFormat.WRITE) {
            output.putBytes(batch.buffer(request), batch.bufferOffset(request), batch.length(request));
        } else {
            addTransferred(batch, request);
        }
    }

    private void addTransferred(MemoryBatch batch, int request) throws IOException {
        long done = 0;
        for (int fault = first[request]; fault >= 0; fault = next[fault]) {
            long run = batch.faultOffset(fault) - done;
            output.putBytes(batch.buffer(request), batch.bufferOffset(request) + done, run);
            done += run + batch.faultLength(fault);
        }
        output.putBytes(batch.buffer(request), batch.bufferOffset(request) + done, batch.length(request) - done);
    }

    /** Links the faults of each request, ascending. Sources report them in any order, nearly always ascending. */
    private void sortFaults(MemoryBatch batch) {
        if (first.length < batch.size()) {
            first = new int[Math.max(batch.size(), first.length * 2)];
        }
        if (next.length < batch.faultCount()) {
            next = new int[Math.max(batch.faultCount(), next.length * 2)];
        }
        Arrays.fill(first, 0, batch.size(), -1);
        for (int fault = batch.faultCount() - 1; fault >= 0; fault--) {
            int request = batch.faultRequest(fault);
            int before = -1;
            int after = first[request];
            while (after >= 0 && batch.faultOffset(after) < batch.faultOffset(fault)) {
                before = after;
                after = next[after];
            }
            next[fault] = after;
            if (before < 0) {
                first[request] = fault;
            } else {
                next[before] = fault;
            }
        }
    }
}
