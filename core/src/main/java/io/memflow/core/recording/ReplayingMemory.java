package io.memflow.core.recording;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Physical memory that answers from a recording of physical memory, see {@link ReplayingView}. Closing it closes the
 * recording. Thread-safe.
 */
public final class ReplayingMemory implements PhysicalMemory {
    private final Recording recording;
    private final ReplayingView view;

    /**
     * Takes over a recording.
     *
     * @throws MemflowException with kind {@link ErrorKind#INVALID_ARGUMENT} when it was taken from a virtual view
     */
    public ReplayingMemory(Recording recording) {
        if (recording.header().properties().kind() != AddressKind.PHYSICAL) {
            throw new MemflowException(
                    ErrorOrigin.PHYSICAL_MEMORY,
                    ErrorKind.INVALID_ARGUMENT,
                    "The recording was taken from a virtual view, not from physical memory: replay it as a view.");
        }
        this.recording = recording;
        view = new ReplayingView(recording);
    }

    @Override
    public ViewProperties properties() {
        return view.properties();
    }

    @Override
    public MemoryMap map() {
        return recording.header().map();
    }

    @Override
    public String description() {
        return "recording of " + recording.header().description();
    }

    /** The source's own, and that the recording was cut where it was. */
    @Override
    public List<String> defects() {
        List<String> defects = new ArrayList<>(recording.header().defects());
        recording.defect().ifPresent(defects::add);
        return List.copyOf(defects);
    }

    @Override
    public int idealBatchSize() {
        return recording.header().idealBatchSize();
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return view.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        view.read(batch);
    }

    @Override
    public void write(MemoryBatch batch) {
        view.write(batch);
    }

    @Override
    public void close() {
        recording.close();
    }
}
