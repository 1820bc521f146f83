package io.memflow.formats.crashdump;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The virtual memory that a file has pieces of. Where two pieces overlap, the one that starts lower counts; addresses outside
 * all are {@link Fault#NOT_IN_DUMP}, those of a piece that the file ends before are {@link Fault#CUT_OFF}.
 * Thread-safe; the file must stay valid.
 */
public final class CapturedMemory implements MemoryView {
    private final ViewProperties properties;
    private final DirectMap map;
    private final List<AddressRange> missing = new ArrayList<>();

    /** A view of pieces of a file of a 64-bit system or program. */
    public CapturedMemory(MemorySegment file, List<MemoryBlock> blocks) {
        this(file, blocks, PointerWidth.BITS_64);
    }

    /** A view of pieces of a file. */
    public CapturedMemory(MemorySegment file, List<MemoryBlock> blocks, PointerWidth width) {
        int bytes = width.bytes();
        properties = new ViewProperties(
                AddressKind.VIRTUAL,
                ByteOrder.LITTLE_ENDIAN,
                bytes,
                bytes * Byte.SIZE,
                ViewProperties.Access.READ_ONLY);
        DirectMap.Builder builder = DirectMap.builder();
        for (MemoryBlock block : blocks) {
            // A map cannot hold the very last byte of the space; no system uses it.
            boolean wraps = !Address.below(block.address(), block.address() + block.bytes());
            long length = wraps ? Math.min(block.bytes(), -block.address() - 1 & Long.MAX_VALUE) : block.bytes();
            long there = Math.max(0, Math.min(length, file.byteSize() - block.fileOffset()));
            if (there > 0 && block.fileOffset() >= 0) {
                builder.add(block.address(), file, block.fileOffset(), there);
            }
            if (there < length) {
                missing.add(new AddressRange(block.address() + there, length - there));
            }
        }
        map = builder.build();
    }

    /** The ranges it has, ascending. */
    public List<AddressRange> ranges() {
        return map.memoryMap().ranges();
    }

    /** Ranges that the file lists but ends before. */
    public List<AddressRange> missing() {
        return List.copyOf(missing);
    }

    @Override
    public ViewProperties properties() {
        return properties;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            long length = batch.length(request);
            for (long done = 0; done < length; ) {
                done += piece(batch, request, done, length - done);
            }
            batch.finish(request);
        }
    }

    /** Reads, or faults, as much as is alike; returns how many bytes that were. */
    private long piece(MemoryBatch batch, int request, long done, long left) {
        long at = batch.address(request) + done;
        int range = map.ranges().firstEndingAbove(at);
        boolean isLast = range == map.rangeCount();
        if (!isLast && !Address.below(at, map.start(range))) {
            long run = Math.min(left, map.end(range) - at);
            MemorySegment.copy(
                    map.segment(range),
                    map.offset(range, at),
                    batch.buffer(request),
                    batch.bufferOffset(request) + done,
                    run);
            return run;
        }
        long hole = isLast ? left : Address.min(left, map.start(range) - at);
        Fault cause = missing.stream().anyMatch(lost -> lost.contains(at)) ? Fault.CUT_OFF : Fault.NOT_IN_DUMP;
        batch.fault(request, done, hole, cause);
        return hole;
    }
}
