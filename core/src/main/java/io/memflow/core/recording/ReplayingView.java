package io.memflow.core.recording;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MappedFaults;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A view that answers from a {@link Recording}. A request has the answer that the same request (address, length, read or
 * write) had; one that was made several times has its answers in the order recorded, and the last from then on. A request
 * that was never recorded faults with {@link Fault#NOT_RECORDED}, as does one behind the cut of an unfinished recording,
 * and a write of other bytes.
 *
 * <p>Has no capabilities: those of the source ended with it. Thread-safe.
 */
public final class ReplayingView implements MemoryView {
    private final Recording recording;
    private final MemorySegment bytes;
    private final List<Fault> faults;
    /** Answers already given, kept at the first place of each question. */
    private final AtomicIntegerArray given;

    /** A view on a recording, which the caller closes after the last use. */
    public ReplayingView(Recording recording) {
        this.recording = recording;
        bytes = recording.bytes();
        faults = recording.header().faults();
        given = new AtomicIntegerArray(recording.requestCount());
    }

    @Override
    public ViewProperties properties() {
        return recording.header().properties();
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            int answer = nextAnswer(batch, request, RecordingFormat.READ);
            if (answer >= 0) {
                giveRead(batch, request, recording.request(answer));
            } else if (batch.length(request) != 0) {
                batch.fault(request, 0, batch.length(request), Fault.NOT_RECORDED);
            }
            batch.finish(request);
        }
    }

    @Override
    public void write(MemoryBatch batch) {
        if (properties().access() == ViewProperties.Access.READ_ONLY) {
            MemoryView.super.write(batch);
            return;
        }
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            int answer = nextAnswer(batch, request, RecordingFormat.WRITE);
            if (answer >= 0 && sameBytes(batch, request, recording.request(answer))) {
                giveWrite(batch, request, recording.request(answer));
            } else if (batch.length(request) != 0) {
                batch.fault(request, 0, batch.length(request), Fault.NOT_RECORDED);
            }
            batch.finish(request);
        }
    }

    /** The place of the answer whose turn it is, or -1. */
    private int nextAnswer(MemoryBatch batch, int request, byte access) {
        long upper = batch.upper();
        long address = batch.address(request);
        long length = batch.length(request);
        int first = recording.find(access, upper, address, length);
        if (first < 0) {
            return first;
        }
        while (true) {
            int turn = given.get(first);
            int next = first + turn + 1;
            boolean last = next == recording.requestCount()
                    || recording.request(next).compareTo(access, upper, address, length) != 0;
            if (last || given.compareAndSet(first, turn, turn + 1)) {
                return first + turn;
            }
        }
    }

    private void giveRead(MemoryBatch batch, int request, RecordedRequest answer) {
        long done = 0;
        long data = answer.data();
        for (int i = 0; i < answer.faultCount(); i++) {
            long at = answer.faults() + (long) i * RecordingFormat.FAULT_BYTES;
            long run = bytes.get(ScalarLayout.LONG_LITTLE, at) - done;
            copy(batch, request, done, data, run);
            data += run;
            done += run + fault(batch, request, at);
        }
        copy(batch, request, done, data, answer.length() - done);
    }

    private void copy(MemoryBatch batch, int request, long offset, long data, long length) {
        try {
            MemorySegment.copy(bytes, data, batch.buffer(request), batch.bufferOffset(request) + offset, length);
            MappedFaults.raise();
        } catch (InternalError pageNotThere) {
            batch.fault(request, offset, length, Fault.INPUT_OUTPUT);
        }
    }

    private void giveWrite(MemoryBatch batch, int request, RecordedRequest answer) {
        for (int i = 0; i < answer.faultCount(); i++) {
            fault(batch, request, answer.faults() + (long) i * RecordingFormat.FAULT_BYTES);
        }
    }

    /** Reports a recorded fault and gives its length. */
    private long fault(MemoryBatch batch, int request, long at) {
        long offset = bytes.get(ScalarLayout.LONG_LITTLE, at);
        long length = bytes.get(ScalarLayout.LONG_LITTLE, at + Long.BYTES);
        int code = Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, at + Long.BYTES + Long.BYTES));
        batch.fault(request, offset, length, faults.get(code));
        return length;
    }

    private boolean sameBytes(MemoryBatch batch, int request, RecordedRequest answer) {
        long start = batch.bufferOffset(request);
        long length = answer.length();
        return MemorySegment.mismatch(
                        bytes, answer.data(), answer.data() + length, batch.buffer(request), start, start + length)
                < 0;
    }
}
