package io.memflow.os.linux.learn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the idle task by its name in the kernel image, and the ring of processes that leads from it back to it: the only
 * list near the name whose every entry has a name at the same distance. Confined.
 */
final class TaskRingFinder {
    /** {@code "swapper"} as the first seven bytes of a little-endian word; {@code INIT_TASK_COMM}, include/linux/init_task.h. */
    private static final long SWAPPER = 0x72_6570_7061_7773L;

    private static final long SEVEN_BYTES = 0x00FF_FFFF_FFFF_FFFFL;
    /** {@code TASK_COMM_LEN}. */
    static final int COMM_BYTES = 16;
    /** No {@code task_struct} has its list of processes further before the name. */
    static final int REACH = 6144;

    private static final int MOST_PROCESSES = 1 << 20;
    private static final int FEWEST_PROCESSES = 5;

    private final KernelBytes source;

    TaskRingFinder(KernelBytes source) {
        this.source = source;
    }

    Optional<TaskRing> find() {
        List<TaskRing> rings = new ArrayList<>();
        int first = (int) SWAPPER;
        int second = (int) (SWAPPER >>> Integer.SIZE);
        int mask = (int) (SEVEN_BYTES >>> Integer.SIZE);
        source.scan(Integer.BYTES, (low, high) -> low == first && (high & mask) == second, at -> {
            if (source.text(source.imageBase() + at, COMM_BYTES)
                    .filter(name -> name.equals("swapper") || name.equals("swapper/0"))
                    .isPresent()) {
                ringAround(source.imageBase() + at).ifPresent(rings::add);
            }
        });
        return rings.stream().max(Comparator.comparingInt(ring -> ring.names().size()));
    }

    private Optional<TaskRing> ringAround(long comm) {
        Optional<TaskRing> best = Optional.empty();
        for (int link = -REACH - (int) (comm % source.word()); link < 0; link += source.word()) {
            long head = comm + link;
            long next = source.word(head);
            long previous = source.word(head + source.word());
            boolean forward = source.isAlignedKernel(next) && source.word(next + source.word()) == head;
            boolean backward = source.isAlignedKernel(previous) && source.word(previous) == head;
            if (next != head && (forward || backward)) {
                List<Long> names = bothWays(comm, link);
                if (names.size() > best.map(ring -> ring.names().size()).orElse(FEWEST_PROCESSES)) {
                    best = Optional.of(new TaskRing(comm, link, names));
                }
            }
        }
        return best;
    }

    /** The names on a ring; where it is damaged, those on both sides of the damage still teach. */
    private List<Long> bothWays(long comm, int link) {
        List<Long> names = follow(comm, link, 0);
        if (source.word(names.getLast() + link) != comm + link) {
            Set<Long> known = new HashSet<>(names);
            follow(comm, link, source.word()).stream().filter(known::add).forEach(names::add);
        }
        return names;
    }

    /** The names along a ring, by the pointer at a distance in each link. */
    private List<Long> follow(long comm, int link, int pointer) {
        List<Long> names = new ArrayList<>();
        Set<Long> visited = new HashSet<>();
        names.add(comm);
        long here = comm + link;
        while (names.size() < MOST_PROCESSES) {
            long next = source.word(here + pointer);
            if (next == comm + link
                    || !visited.add(next)
                    || !source.isAlignedKernel(next)
                    || source.word(next + source.word() - pointer) != here
                    || source.text(next - link, COMM_BYTES).isEmpty()) {
                return names;
            }
            names.add(next - link);
            here = next;
        }
        return names;
    }
}
