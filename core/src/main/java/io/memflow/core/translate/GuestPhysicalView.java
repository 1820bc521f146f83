package io.memflow.core.translate;

import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.view.WrapperView;
import java.nio.ByteOrder;

/** A space of second-stage tables whose addresses are a guest's physical ones. Thread-safe for reads. */
final class GuestPhysicalView extends WrapperView {
    private final ViewProperties properties;

    GuestPhysicalView(VirtualMemory guest) {
        super(guest);
        properties = new ViewProperties(
                AddressKind.PHYSICAL,
                ByteOrder.LITTLE_ENDIAN,
                Long.BYTES,
                guest.format().virtualBits(),
                guest.properties().access());
    }

    @Override
    public ViewProperties properties() {
        return properties;
    }

    @Override
    public void read(MemoryBatch batch) {
        source.read(batch);
    }

    @Override
    public void write(MemoryBatch batch) {
        source.write(batch);
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        try {
            return source.readUnsigned(address, bytes);
        } catch (MemoryAccessException missing) {
            // The view below takes guest-physical addresses for virtual ones.
            throw new MemoryAccessException(AddressKind.PHYSICAL, missing.address(), missing.length(), missing.fault());
        }
    }
}
