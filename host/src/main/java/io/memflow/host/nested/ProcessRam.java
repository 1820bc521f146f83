package io.memflow.host.nested;

import io.memflow.core.memory.AccessLatency;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RangeTable;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.os.EnclosingSystem;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.view.MemoryMetrics;
import io.memflow.core.view.RemappedRange;
import io.memflow.core.view.RemappedView;
import io.memflow.core.view.Remapping;
import io.memflow.host.ram.HostPiece;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Guest-physical memory that lies in the address space of a process of another target. A batch becomes one batch on that
 * address space; each piece keeps its status and cause. A page that the process has not got is a fault, such as
 * {@link Fault#NEVER_TOUCHED} for one that the guest has never used: the guest would read zeros there, but no such byte is
 * in memory.
 *
 * <p>Read-only. Thread-safe.
 */
final class ProcessRam implements PhysicalMemory {
    private final OperatingSystem system;
    private final ProcessWatch watch;
    private final RemappedView view;
    private final MemoryMap map;
    private final Facts facts;
    private final Runnable below;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * What does not come from the addresses.
     *
     * @param description for a person
     * @param defects of what is below
     * @param batchSize requests that one call should carry
     */
    record Facts(String description, List<String> defects, int batchSize) {
        Facts {
            defects = List.copyOf(defects);
        }
    }

    /**
     * @param system that the process runs in
     * @param memory the process' address space
     * @param pieces without overlap, none of them empty
     * @param below called once when this is closed
     */
    ProcessRam(
            OperatingSystem system,
            ProcessWatch watch,
            MemoryView memory,
            List<HostPiece> pieces,
            Facts facts,
            Runnable below) {
        this.system = system;
        this.watch = watch;
        this.facts = facts;
        this.below = below;
        view = new RemappedView(
                memory,
                Remapping.of(pieces.stream()
                        .map(piece -> new RemappedRange(piece.physical(), piece.length(), piece.host()))
                        .toList()));
        map = new RangeTable(pieces.stream()
                        .sorted(Comparator.comparing(HostPiece::physical, Long::compareUnsigned))
                        .map(piece -> new RangeTable.Entry(piece.physical(), piece.length(), piece.host()))
                        .toList())
                .memoryMap();
    }

    @Override
    public ViewProperties properties() {
        return new ViewProperties(
                AddressKind.PHYSICAL, ByteOrder.LITTLE_ENDIAN, Long.BYTES, Long.SIZE, ViewProperties.Access.READ_ONLY);
    }

    @Override
    public MemoryMap map() {
        return map;
    }

    @Override
    public String description() {
        return facts.description;
    }

    @Override
    public List<String> defects() {
        return facts.defects;
    }

    @Override
    public int idealBatchSize() {
        return facts.batchSize;
    }

    /** Of what is below only what does not speak of addresses: those mean something else here. */
    @Override
    public <C> Optional<C> capability(Class<C> type) {
        if (type == EnclosingSystem.class) {
            return Optional.of(type.cast(new EnclosingSystem(system)));
        }
        return type == AccessLatency.class || type == MemoryMetrics.class ? view.capability(type) : Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        if (isUsable()) {
            view.read(batch);
            return;
        }
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            batch.fail(request, Fault.INPUT_OUTPUT);
        }
    }

    @Override
    public Fault tryRead(long address, MemorySegment buffer) {
        return isUsable() ? view.tryRead(address, buffer) : Fault.INPUT_OUTPUT;
    }

    private boolean isUsable() {
        return !closed.get() && watch.isRunning();
    }

    /** Ends access, and what is below if this owns it. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            below.run();
        }
    }
}
