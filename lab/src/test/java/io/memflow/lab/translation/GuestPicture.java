package io.memflow.lab.translation;

import io.memflow.core.error.MalformedDataException;
import java.util.List;

/**
 * What {@code mappings.c} printed: the guest kernel's own view of its translations. Immutable.
 *
 * @param pageSize bytes
 * @param segments of the kernel's address space
 * @param symbols addresses of some of the kernel's symbols
 * @param processes those whose pages are known; they never change after the picture
 */
record GuestPicture(long pageSize, List<KernelSegment> segments, List<Long> symbols, List<ProcessPicture> processes) {
    private static final String SPINNER = "spinner";

    GuestPicture {
        segments = List.copyOf(segments);
        symbols = List.copyOf(symbols);
        processes = List.copyOf(processes);
    }

    /** The process that the processor runs, or has run last, whenever the guest is paused. */
    ProcessPicture spinner() {
        return processes.stream()
                .filter(process -> process.role().equals(SPINNER))
                .findFirst()
                .orElseThrow(() -> new MalformedDataException("guest picture", 0, "it has no " + SPINNER));
    }

    @Override
    public String toString() {
        long pages = processes.stream().flatMap(ProcessPicture::pages).count();
        return "%d pages of %d bytes in %d processes, huge mappings of %s bytes, %d kernel segments, %d symbols"
                .formatted(pages, pageSize, processes.size(), spinner().hugeAreas(), segments.size(), symbols.size());
    }
}
