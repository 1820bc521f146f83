package io.memflow.connector.kvm;

import io.memflow.host.process.HostMapping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

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

    /**
     * The largest ones of a process, the largest first, and behind them what they are made of where that is anonymous:
     * memory of another use, such as a thread's stack, may lie right beside RAM. At most 16.
     */
    static List<MemoryRun> of(List<HostMapping> mappings) {
        List<MemoryRun> wholes = new ArrayList<>();
        List<MemoryRun> parts = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < mappings.size(); i++) {
            if (i + 1 == mappings.size() || !mappings.get(i).isContinuedBy(mappings.get(i + 1))) {
                List<HostMapping> run = mappings.subList(first, i + 1);
                if (canBeRam(run.getFirst())) {
                    add(run, wholes);
                    addParts(run, parts);
                }
                first = i + 1;
            }
        }
        Comparator<MemoryRun> order =
                Comparator.comparingLong(MemoryRun::length).reversed().thenComparingLong(MemoryRun::start);
        return Stream.concat(wholes.stream().sorted(order), parts.stream().sorted(order))
                .limit(MOST)
                .toList();
    }

    private static void add(List<HostMapping> run, List<MemoryRun> found) {
        HostMapping start = run.getFirst();
        long length = run.getLast().end() - start.start();
        if (length >= LEAST) {
            found.add(new MemoryRun(start.start(), length, kind(start)));
        }
    }

    private static void addParts(List<HostMapping> run, List<MemoryRun> parts) {
        int size = run.size();
        if (kind(run.getFirst()) != Kind.ANONYMOUS || size > MOST) {
            return;
        }
        for (int from = 0; from < size; from++) {
            for (int to = from + 1; to <= size; to++) {
                if (to - from < size) {
                    add(run.subList(from, to), parts);
                }
            }
        }
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
