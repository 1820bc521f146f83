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
}
