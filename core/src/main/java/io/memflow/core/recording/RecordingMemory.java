package io.memflow.core.recording;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.WrappedMemory;
import java.io.OutputStream;

/**
 * Physical memory whose every access is recorded, see {@link RecordingView}. Closing it ends the recording and closes the
 * source. Thread-safe for reads.
 */
public final class RecordingMemory extends WrappedMemory {
    private static final System.Logger LOGGER = System.getLogger(RecordingMemory.class.getName());

    private final RecordingView view;

    /**
     * Starts a recording.
     *
     * @param target where it goes, in whole blocks; closed with the recording
     * @throws MemflowException when the target cannot be written
     */
    public RecordingMemory(PhysicalMemory source, OutputStream target) {
        this(new RecordingView(source, target), source);
    }

    private RecordingMemory(RecordingView view, PhysicalMemory source) {
        super(view, source);
        this.view = view;
    }

    /**
     * Ends the recording; the memory can still be closed, but not used.
     *
     * @throws MemflowException when the end cannot be written
     */
    public void finish() {
        view.close();
    }

    /** Ends access. A recording whose end cannot be written is logged; {@link #finish()} throws instead. */
    @Override
    public void close() {
        try {
            view.close();
        } catch (MemflowException incomplete) {
            LOGGER.log(System.Logger.Level.WARNING, incomplete.getMessage(), incomplete);
        } finally {
            super.close();
        }
    }
}
