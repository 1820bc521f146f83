package io.memflow.core.translate;

import io.memflow.core.address.Address;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One virtual address space: physical memory seen through the page tables below one root. Addresses are virtual.
 *
 * <p>Thread-safe for reads. Nothing is cached: a running target's change of mapping shows at the next access.
 */
public final class VirtualMemory implements MemoryView {
    private final PhysicalMemory physical;
    private final @Nullable DirectMap direct;
    private final PageTableWalker walker;
    private final long root;
    private final ViewProperties properties;
    /** One set of scratch arrays kept for the next call; a second thread makes its own. */
    private final AtomicReference<@Nullable Scratch> spare = new AtomicReference<>();

    /**
     * @param root physical address of the root page table (on x86 CR3 without its flag bits)
     */
    public VirtualMemory(PhysicalMemory physical, PageTableWalker walker, long root) {
        this.physical = physical;
        this.direct = physical.capability(DirectMap.class).orElse(null);
        this.walker = walker;
        this.root = root;
        this.properties = new ViewProperties(
                AddressKind.VIRTUAL,
                ByteOrder.LITTLE_ENDIAN,
                Long.BYTES,
                walker.format().virtualBits(),
                physical.properties().access());
    }

    /** Physical address of the root page table. */
    public long root() {
        return root;
    }

    public PagingFormat format() {
        return walker.format();
    }

    /** The memory below. */
    public PhysicalMemory physical() {
        return physical;
    }

    /** The same tables and memory under another root. */
    public VirtualMemory withRoot(long otherRoot) {
        return new VirtualMemory(physical, walker, otherRoot);
    }

    /**
     * Translates one address of this space.
     *
     * @return whether the address translates; {@code out} says where to, or why not
     */
    public boolean translate(long virtual, Translation out) {
        return walker.translate(root, virtual, out);
    }

    @Override
    public ViewProperties properties() {
        return properties;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        // What the physical source has mapped is addressed physically, so it is not a direct map of this space.
        return type == DirectMap.class ? Optional.empty() : physical.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        execute(batch, PhysicalMemory::read);
    }

    @Override
    public void write(MemoryBatch batch) {
        execute(batch, PhysicalMemory::write);
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        Scratch scratch = takeScratch();
        try {
            DirectMap map = direct;
            if (map != null && walker.translate(root, address, scratch.translation)) {
                long target = scratch.translation.physical;
                int range = map.find(target);
                boolean onePage = (address & scratch.translation.pageSize - 1) + bytes <= scratch.translation.pageSize;
                if (onePage && range >= 0 && !Address.below(map.end(range) - target, bytes)) {
                    return ScalarLayout.get(
                            map.segment(range), map.offset(range, target), bytes, ByteOrder.LITTLE_ENDIAN);
                }
            }
        } catch (InternalError pageNotThere) {
            // The JVM's answer to SIGBUS: the mapped file became shorter. The general path names the fault.
            return MemoryView.super.readUnsigned(address, bytes);
        } finally {
            spare.set(scratch);
        }
        return MemoryView.super.readUnsigned(address, bytes);
    }

    private interface PhysicalOperation {
        void execute(PhysicalMemory memory, MemoryBatch batch);
    }

    /** Splits each request at page boundaries and runs all pieces as one physical batch. */
    private void execute(MemoryBatch batch, PhysicalOperation operation) {
        batch.restart();
        Scratch scratch = takeScratch();
        MemoryBatch pieces = scratch.pieces;
        try {
            for (int request = 0; request < batch.size(); request++) {
                addPieces(batch, request, scratch);
            }
            operation.execute(physical, pieces);
            for (int i = 0; i < pieces.faultCount(); i++) {
                int piece = pieces.faultRequest(i);
                batch.fault(
                        scratch.owners[piece],
                        scratch.ownerOffsets[piece] + pieces.faultOffset(i),
                        pieces.faultLength(i),
                        pieces.faultCause(i));
            }
        } finally {
            pieces.clear();
            spare.set(scratch);
        }
        for (int request = 0; request < batch.size(); request++) {
            batch.finish(request);
        }
    }

    private void addPieces(MemoryBatch batch, int request, Scratch scratch) {
        long address = batch.address(request);
        long length = batch.length(request);
        if (Address.overflows(address, length)) {
            batch.fault(request, 0, length, Fault.ADDRESS_OVERFLOW);
            return;
        }
        MemorySegment buffer = batch.buffer(request);
        long done = 0;
        while (done < length) {
            boolean mapped = walker.translate(root, address + done, scratch.translation);
            long page = scratch.translation.pageSize;
            long run = Math.min(length - done, page - (address + done & page - 1));
            if (mapped) {
                scratch.own(request, done);
                scratch.pieces.add(scratch.translation.physical, buffer, batch.bufferOffset(request) + done, run);
            } else {
                batch.fault(request, done, run, scratch.translation.fault);
            }
            done += run;
        }
    }

    private Scratch takeScratch() {
        Scratch taken = spare.getAndSet(null);
        return taken == null ? new Scratch() : taken;
    }

    private static final class Scratch {
        final Translation translation = new Translation();
        final MemoryBatch pieces = new MemoryBatch();
        int[] owners = new int[16];
        long[] ownerOffsets = new long[16];

        /** Notes which request the next piece belongs to. */
        void own(int request, long offset) {
            int piece = pieces.size();
            if (piece == owners.length) {
                owners = Arrays.copyOf(owners, piece * 2);
                ownerOffsets = Arrays.copyOf(ownerOffsets, piece * 2);
            }
            owners[piece] = request;
            ownerOffsets[piece] = offset;
        }
    }
}
