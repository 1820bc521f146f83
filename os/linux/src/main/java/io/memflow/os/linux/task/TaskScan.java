package io.memflow.os.linux.task;

import io.memflow.core.evidence.Sighting;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PhysicalScan;
import io.memflow.core.structure.Place;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.linux.scan.SelfPointers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks through all memory for main threads, by the one pointer each of them has to itself: {@code group_leader}. Slab
 * pages need no map of pages for it, which may be what is damaged. Thread-safe.
 */
final class TaskScan {
    /** {@code L1_CACHE_BYTES}: tasks are aligned to it on the machines here, or to less. */
    private static final long LARGEST_ALIGNMENT = 64;

    private final VirtualMemory memory;
    private final TaskFields fields;
    private final Place threadNode;

    TaskScan(VirtualMemory memory, TaskFields fields, Place threadNode) {
        this.memory = memory;
        this.fields = fields;
        this.threadNode = threadNode;
    }

    /**
     * Virtual addresses of what looks like processes that are in use.
     *
     * @param known tasks that were found otherwise; they show where tasks lie and how they are aligned
     */
    List<Long> find(List<Sighting<TaskSource>> known) {
        Map<Long, Integer> distances = new HashMap<>();
        long alignment = LARGEST_ALIGNMENT;
        Translation translation = new Translation();
        for (Sighting<TaskSource> sighting : known) {
            if (memory.translate(sighting.address(), translation)) {
                distances.merge(sighting.address() - translation.physical(), 1, Integer::sum);
                alignment = Math.min(alignment, Long.lowestOneBit(sighting.address()));
            }
        }
        if (distances.isEmpty()) {
            distances.putAll(distancesOfLeaders());
        }
        List<Long> found = new ArrayList<>();
        PhysicalMemory physical = memory.physical();
        long step = alignment;
        // Tasks lie in the map of all memory, which is one distance away: nearly all agree on it.
        distances.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .ifPresent(most -> PhysicalScan.pages(
                        physical, (address, chunk) -> addSelfLed(address + most.getKey(), chunk, step, found)));
        return found;
    }

    /** How far virtual addresses are from physical ones, by the tasks that lead themselves, where none is known. */
    private Map<Long, Integer> distancesOfLeaders() {
        Map<Long, Integer> distances = new HashMap<>();
        SelfPointers.visit(memory, fields.groupLeader, LARGEST_ALIGNMENT, (leader, distance) -> {
            if (fields.isMainThread(leader)) {
                distances.merge(distance, 1, Integer::sum);
            }
        });
        return distances;
    }

    private void addSelfLed(long virtual, MemorySegment chunk, long step, List<Long> found) {
        long first = fields.groupLeader % step;
        for (long at = first; at + fields.word <= chunk.byteSize(); at += step) {
            long task = virtual + at - fields.groupLeader;
            if (SelfPointers.pointer(chunk, at, fields.word) == task
                    && fields.isMainThread(task)
                    && fields.isInUse(task)
                    && isVouchedFor(task)) {
                found.add(task);
            }
        }
    }

    /** Whether a neighbour on one of its lists leads back to it: nothing leads back to what was freed. */
    private boolean isVouchedFor(long task) {
        return leadsBack(task + fields.tasks)
                || leadsBack(task + fields.sibling)
                || (threadNode.isKnown() && leadsBack(threadNode.in(task)));
    }

    private boolean leadsBack(long link) {
        return points(link, fields.word, link) || points(link + fields.word, 0, link);
    }

    private boolean points(long at, long offset, long expected) {
        try {
            return memory.readPointer(memory.readPointer(at) + offset) == expected;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }
}
