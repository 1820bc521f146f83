package io.memflow.formats.pe;

import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A file as a loader lays it out in memory: headers and sections at their addresses, the rest of their pages zero. Nothing is
 * relocated or bound. Pages that the file should have but ends before are {@link Fault#FILE_PAGE_ABSENT}. Thread-safe.
 */
final class FileLayout implements MemoryView {
    private static final int PAGE = 4096;
    /** A loader rounds the file offsets of sections down to a disk sector (PE Format, PointerToRawData). */
    private static final long SECTOR = 512;

    private final MemorySegment file;
    private final long base;
    private final long headerBytes;
    private final boolean isFlat;
    private final List<PeSection> sections;
    private final long imageBytes;

    /**
     * @param base virtual address of its first byte
     * @param sections all of them, in any order; none while they are not known yet
     */
    FileLayout(
            MemorySegment file,
            long base,
            long headerBytes,
            long alignment,
            long imageBytes,
            List<PeSection> sections) {
        this.file = file;
        this.base = base;
        this.headerBytes = headerBytes;
        this.imageBytes = imageBytes;
        // Below the size of a page, sections lie in memory as they do in the file.
        isFlat = alignment < PAGE;
        this.sections = sections.stream()
                .sorted(Comparator.comparingLong(PeSection::address))
                .toList();
    }

    /** The file's bytes one to one, as much of it as holds headers. */
    static FileLayout headersOf(MemorySegment file, long base) {
        return new FileLayout(file, base, file.byteSize(), 0, file.byteSize(), List.of());
    }

    @Override
    public ViewProperties properties() {
        return new ViewProperties(
                AddressKind.VIRTUAL, ByteOrder.LITTLE_ENDIAN, Long.BYTES, Long.SIZE, ViewProperties.Access.READ_ONLY);
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        batch.restart();
        MemorySegment page = MemorySegment.ofArray(new byte[PAGE]);
        for (int request = 0; request < batch.size(); request++) {
            long relative = batch.address(request) - base;
            for (long done = 0; done < batch.length(request); ) {
                long at = relative + done;
                long within = at & (PAGE - 1);
                long run = Math.min(batch.length(request) - done, PAGE - within);
                Fault fault = fill(page, at - within);
                if (fault == Fault.NONE) {
                    MemorySegment.copy(page, within, batch.buffer(request), batch.bufferOffset(request) + done, run);
                } else {
                    batch.fault(request, done, run, fault);
                }
                done += run;
            }
            batch.finish(request);
        }
    }

    private Fault fill(MemorySegment page, long start) {
        if (start < 0 || start >= imageBytes) {
            return Fault.NO_REGION;
        }
        page.fill((byte) 0);
        if (isFlat) {
            return place(page, start, 0, 0, imageBytes);
        }
        boolean isUsed = start < headerBytes;
        Fault fault = isUsed ? place(page, start, 0, 0, headerBytes) : Fault.NONE;
        for (int i = Math.max(0, firstFrom(start) - 1); i < sections.size(); i++) {
            PeSection section = sections.get(i);
            if (section.address() >= start + PAGE) {
                break;
            }
            if (start < section.address() + Math.max(section.bytes(), section.fileBytes())) {
                isUsed = true;
                long whole = section.bytes() + PAGE - 1 & -PAGE;
                Fault lack = place(
                        page,
                        start,
                        section.address(),
                        section.fileOffset() & -SECTOR,
                        Math.min(section.fileBytes(), whole));
                fault = fault == Fault.NONE ? lack : fault;
            }
        }
        return isUsed ? fault : Fault.NO_REGION;
    }

    /** The index of the first section that starts at or above an address. */
    private int firstFrom(long relative) {
        int low = 0;
        int high = sections.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sections.get(middle).address() < relative) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Puts what a run of file bytes has for a page into it. */
    private Fault place(MemorySegment page, long start, long relative, long offset, long bytes) {
        long from = Math.max(start, relative);
        long to = Math.min(start + PAGE, relative + bytes);
        if (from >= to) {
            return Fault.NONE;
        }
        long source = offset + (from - relative);
        long there = Math.min(to - from, file.byteSize() - source);
        if (there > 0) {
            MemorySegment.copy(file, source, page, from - start, there);
        }
        // The headers' page may be longer than a small file; a loader fills it up with zeros.
        boolean mayEnd = isFlat || relative == 0;
        return there < to - from && !(mayEnd && there > 0) ? Fault.FILE_PAGE_ABSENT : Fault.NONE;
    }
}
