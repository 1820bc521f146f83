package io.memflow.connector.kvm;

import io.memflow.host.process.HostMapping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A run of mappings of a process that show one thing and that can be RAM of a guest. Immutable.
 *
 * @param start first address in the process
 * @param length bytes
 * @param kind what it is made of
 */
record MemoryRun(long start, long length, Kind kind) {
    /** No guest with page tables of its own has less. */
    private static final long LEAST = 4L << 20;

    private static final long PAGE = 4096;
    /** More mappings of that size than a machine has pieces of RAM; layouts are tried with each pair of them. */
    private static final int MOST = 16;

    /** What memory is made of. */
    enum Kind {
        ANONYMOUS,
        MEMFD,
        FILE
    }

    /** The largest ones of a process, the largest first, at most 16. */
    static List<MemoryRun> of(List<HostMapping> mappings) {
        List<MemoryRun> found = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < mappings.size(); i++) {
            if (i + 1 == mappings.size() || !mappings.get(i).isContinuedBy(mappings.get(i + 1))) {
                HostMapping start = mappings.get(first);
                long length = mappings.get(i).end() - start.start();
                if (canBeRam(start) && length >= LEAST) {
                    found.add(new MemoryRun(start.start(), length, kind(start)));
                }
                first = i + 1;
            }
        }
        found.sort(Comparator.comparingLong(MemoryRun::length).reversed().thenComparingLong(MemoryRun::start));
        return List.copyOf(found.subList(0, Math.min(MOST, found.size())));
    }

    /** The heap and the stacks have names in brackets, and what belongs to KVM itself that of its descriptor. */
    private static boolean canBeRam(HostMapping mapping) {
        boolean ofProcess = mapping.path().startsWith("[") && !mapping.path().startsWith("[anon");
        return mapping.isData()
                && !ofProcess
                && !mapping.path().startsWith("anon_inode:")
                && mapping.start() % PAGE == 0;
    }

    private static Kind kind(HostMapping mapping) {
        if (mapping.inode() == 0) {
            return Kind.ANONYMOUS;
        }
        return mapping.path().startsWith("/memfd:") ? Kind.MEMFD : Kind.FILE;
    }

    long end() {
        return start + length;
    }

    @Override
    public String toString() {
        return "0x%x-0x%x".formatted(start, end());
    }
}
