package io.memflow.connector.qemu.gdb;

import io.memflow.core.address.Address;
import io.memflow.core.memory.AccessLatency;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ViewProperties;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Virtual memory as one processor of a machine sees it while it stands still, translated by QEMU. Thread-safe.
 */
final class GdbVirtualMemory implements MemoryView {
    /** The smallest page of every processor that is supported; a piece that crosses none is there or is not. */
    private static final long PAGE = 4096;

    private final GdbSession session;
    private final GdbSpace space;
    private final ViewProperties properties;

    GdbVirtualMemory(GdbSession session, String thread, int pointerBytes, ViewProperties.Access access) {
        this.session = session;
        this.space = GdbSpace.virtual(thread);
        this.properties = new ViewProperties(
                AddressKind.VIRTUAL, ByteOrder.LITTLE_ENDIAN, pointerBytes, pointerBytes * Byte.SIZE, access);
    }

    @Override
    public ViewProperties properties() {
        return properties;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == AccessLatency.class ? Optional.of(type.cast(AccessLatency.HIGH)) : Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        session.read(batch, space, Fault.NOT_PRESENT, (transfer, request) -> split(batch, request, transfer));
    }

    @Override
    public void write(MemoryBatch batch) {
        if (properties.access() == ViewProperties.Access.READ_ONLY) {
            MemoryView.super.write(batch);
            return;
        }
        session.write(batch, space, Fault.NOT_PRESENT, (transfer, request) -> split(batch, request, transfer));
    }

    private static void split(MemoryBatch batch, int request, GdbTransfer transfer) {
        long address = batch.address(request);
        long length = batch.length(request);
        // A request may end at 2^64, but not beyond.
        long within = Address.overflows(address, length) ? -address : length;
        for (long done = 0; done < within; ) {
            long piece = Math.min(within - done, PAGE - (address + done & PAGE - 1));
            transfer.run(batch, request, done, piece);
            done += piece;
        }
        if (within < length) {
            batch.fault(request, within, length - within, Fault.ADDRESS_OVERFLOW);
        }
    }
}
