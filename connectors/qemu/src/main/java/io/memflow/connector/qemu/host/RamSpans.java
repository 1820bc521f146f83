package io.memflow.connector.qemu.host;

import io.memflow.host.process.HostMapping;
import java.util.ArrayList;
import java.util.List;

/** Finds the mappings of a process that can be a guest's RAM. Stateless. */
public final class RamSpans {
    /** Backends on huge pages round their mapping up to one. */
    private static final List<Long> ROUNDINGS = List.of(1L, 2L << 20, 1L << 30);

    /** {@code QEMU_VMALLOC_ALIGN} on x86: where QEMU starts RAM that it allocates itself (include/qemu/osdep.h). */
    private static final long ALIGNMENT = 2L << 20;

    private RamSpans() {}

    /**
     * A run of mappings that the kernel lists one by one but that show one thing.
     *
     * @param start first address in the process
     * @param length bytes
     */
    public record Span(long start, long length) {}

    /**
     * The runs of data mappings that have exactly the RAM's size, or that size in whole huge pages. Private memory of the
     * process that happens to lie right below the RAM is one mapping with it to the kernel; a guard page always ends the
     * RAM ({@code qemu_ram_mmap()}, util/mmap-alloc.c), so it is the upper part of a longer run.
     */
    public static List<Span> ofSize(List<HostMapping> mappings, long ramBytes) {
        List<Span> found = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < mappings.size(); i++) {
            boolean ends = i + 1 == mappings.size() || !mappings.get(i).isContinuedBy(mappings.get(i + 1));
            if (ends) {
                HostMapping start = mappings.get(first);
                long length = mappings.get(i).end() - start.start();
                long upperPart = mappings.get(i).end() - ramBytes;
                if (start.isData() && isSizeOf(length, ramBytes)) {
                    found.add(new Span(start.start(), length));
                } else if (start.isData() && start.inode() == 0 && length > ramBytes && upperPart % ALIGNMENT == 0) {
                    found.add(new Span(upperPart, ramBytes));
                }
                first = i + 1;
            }
        }
        return List.copyOf(found);
    }

    private static boolean isSizeOf(long length, long ramBytes) {
        return ROUNDINGS.stream().anyMatch(granule -> length == (ramBytes + granule - 1) / granule * granule);
    }
}
