package io.memflow.core.recording;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AddressBound;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.view.WrapperView;
import java.io.OutputStream;
import java.util.Optional;

/**
 * A view of another that writes down every request with the bytes or faults it ended in, so that {@link ReplayingView}
 * can give the same answers without the source. {@link #close()} ends the recording; without it the recording counts as
 * cut.
 *
 * <p>A request that cannot be written down throws {@link MemflowException}, as does every one after it: a recording with
 * a hole would replay something that never happened.
 *
 * <p>Keeps every capability of the source but {@link DirectMap}, through which accesses would go unrecorded. Thread-safe
 * for reads; batches are written down one at a time, in the order in which they end.
 */
public final class RecordingView extends WrapperView implements AutoCloseable {
    private final RecordingWriter writer;

    /**
     * Starts a recording.
     *
     * @param target where it goes, in whole blocks; closed with the recording
     * @throws MemflowException when the target cannot be written
     */
    public RecordingView(MemoryView source, OutputStream target) {
        super(source);
        writer = new RecordingWriter(target, RecordingHeader.of(source));
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return AddressBound.class.isAssignableFrom(type) ? Optional.empty() : source.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        source.read(batch);
        writer.add(batch, RecordingFormat.READ);
    }

    @Override
    public void write(MemoryBatch batch) {
        source.write(batch);
        writer.add(batch, RecordingFormat.WRITE);
    }

    /**
     * Ends the recording and leaves the source open. Doing so twice does nothing.
     *
     * @throws MemflowException when the end cannot be written
     */
    @Override
    public void close() {
        writer.finish();
    }
}
