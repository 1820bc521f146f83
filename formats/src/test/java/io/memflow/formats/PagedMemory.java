package io.memflow.formats;

import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** An address space of which some pages are there, and which notes those that were read. Confined. */
public final class PagedMemory implements MemoryView {
    public static final int PAGE = 4096;

    private final Map<Long, MemorySegment> pages = new TreeMap<>();
    private final Set<Long> touched = new HashSet<>();

    /** Puts bytes at an address; the rest of their pages is zero. */
    public PagedMemory put(long address, MemorySegment bytes) {
        for (long done = 0; done < bytes.byteSize(); ) {
            long at = address + done;
            long within = at & (PAGE - 1);
            long run = Math.min(bytes.byteSize() - done, PAGE - within);
            MemorySegment page = pages.computeIfAbsent(at - within, _ -> MemorySegment.ofArray(new byte[PAGE]));
            MemorySegment.copy(bytes, done, page, within, run);
            done += run;
        }
        return this;
    }

    /** Takes a page away. */
    public PagedMemory remove(long page) {
        pages.remove(page);
        return this;
    }

    /** First addresses of the pages that were read. */
    public Set<Long> touched() {
        return touched;
    }

    @Override
    public ViewProperties properties() {
        return new ViewProperties(
                AddressKind.VIRTUAL, ByteOrder.LITTLE_ENDIAN, Long.BYTES, Long.SIZE, ViewProperties.Access.READ_ONLY);
    }

    @Override
    public void read(MemoryBatch batch) {
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            for (long done = 0; done < batch.length(request); ) {
                long at = batch.address(request) + done;
                long within = at & (PAGE - 1);
                long run = Math.min(batch.length(request) - done, PAGE - within);
                MemorySegment page = pages.get(at - within);
                touched.add(at - within);
                if (page == null) {
                    batch.fault(request, done, run, Fault.NOT_PRESENT);
                } else {
                    MemorySegment.copy(page, within, batch.buffer(request), batch.bufferOffset(request) + done, run);
                }
                done += run;
            }
            batch.finish(request);
        }
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }
}
