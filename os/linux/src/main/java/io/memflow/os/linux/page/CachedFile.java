package io.memflow.os.linux.page;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** A file at its own offsets, as far as its pages are in the page cache. Thread-safe. */
final class CachedFile implements MemoryView {
    private final FilePages files;
    private final PageFrames frames;
    private final PhysicalMemory physical;
    private final long file;
    private final long pageBytes;
    private final ViewProperties properties;

    /**
     * @param file virtual address of the {@code struct file}
     */
    CachedFile(FilePages files, PageFrames frames, PhysicalMemory physical, long file, ViewProperties ofProcess) {
        this.files = files;
        this.frames = frames;
        this.physical = physical;
        this.file = file;
        pageBytes = 1L << frames.pageShift();
        properties = new ViewProperties(
                AddressKind.VIRTUAL,
                ofProcess.byteOrder(),
                ofProcess.pointerBytes(),
                Long.SIZE,
                ViewProperties.Access.READ_ONLY);
    }

    @Override
    public ViewProperties properties() {
        return properties;
    }

    @Override
    public void read(MemoryBatch batch) {
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            long length = batch.length(request);
            long done = 0;
            while (done < length) {
                long at = batch.address(request) + done;
                long within = at & (pageBytes - 1);
                long run = Math.min(length - done, pageBytes - within);
                MemorySegment target = batch.buffer(request).asSlice(batch.bufferOffset(request) + done, run);
                Fault fault = read(at - within, within, target);
                if (fault != Fault.NONE) {
                    batch.fault(request, done, run, fault);
                }
                done += run;
            }
            batch.finish(request);
        }
    }

    private Fault read(long page, long within, MemorySegment target) {
        try {
            return files.find(file, page >>> frames.pageShift()) instanceof FilePages.Place.Cached cached
                    ? physical.tryRead(frames.physical(cached.page()) + within, target)
                    : Fault.FILE_PAGE_ABSENT;
        } catch (MemflowException unreadable) {
            // What leads to the page is damaged, so that it cannot be told from one that is not there.
            return Fault.FILE_PAGE_ABSENT;
        }
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }
}
