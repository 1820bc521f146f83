package io.memflow.os.linux.task;

import io.memflow.core.cache.Moments;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.structure.Place;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.linux.structure.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * The members of a {@code task_struct} that everything in its row hangs on: its ids, and the pointers to what it owns. While
 * they are the same, what they lead to is still that task's: a task holds its {@code mm}, {@code signal} and credentials
 * until it changes the pointer. Thread-safe.
 */
final class TaskMarks {
    private final VirtualMemory memory;
    private final List<Mark> marks;

    /** Bytes at an offset of a task. */
    private record Mark(long offset, int bytes) {}

    TaskMarks(Kernel kernel, TaskFields fields) {
        memory = kernel.memory();
        StructureLayout layout = kernel.layout();
        List<Mark> known = new ArrayList<>();
        Stream.of(fields.pid, fields.threadGroup).forEach(offset -> known.add(new Mark(offset, Integer.BYTES)));
        known.add(new Mark(fields.groupLeader, fields.word));
        Stream.of("real_parent", "real_cred", "signal", "mm")
                .map(member -> layout.place("task_struct", member))
                .filter(Place::isKnown)
                .forEach(place -> known.add(new Mark(place.offset(), fields.word)));
        marks = List.copyOf(known);
    }

    /**
     * Which tasks of a list, by their indices, are now what the moment has of them.
     *
     * @param moments the moment in which rows were made of them
     */
    BitSet unchanged(List<Long> tasks, Moments moments) {
        long first = marks.stream().mapToLong(Mark::offset).min().orElseThrow();
        int span = (int) (marks.stream()
                        .mapToLong(mark -> mark.offset + mark.bytes)
                        .max()
                        .orElseThrow()
                - first);
        byte[] then = new byte[tasks.size() * span];
        byte[] now = new byte[tasks.size() * span];
        int[] owners = new int[tasks.size() * 2];
        BitSet unchanged = new BitSet();
        MemoryBatch ofMoment = new MemoryBatch(owners.length);
        MemoryBatch ofNow = new MemoryBatch(owners.length);
        // By physical addresses: how the kernel maps all of its memory does not change.
        Translation translation = new Translation();
        for (int i = 0; i < tasks.size(); i++) {
            boolean mapped = true;
            for (long done = 0; done < span && mapped; ) {
                mapped = memory.translate(tasks.get(i) + first + done, translation);
                long inPage = translation.physical() & translation.pageSize() - 1;
                long run = Math.min(span - done, translation.pageSize() - inPage);
                if (mapped) {
                    owners = ofMoment.size() == owners.length ? Arrays.copyOf(owners, 2 * owners.length) : owners;
                    owners[ofMoment.size()] = i;
                    long at = (long) i * span + done;
                    ofMoment.add(translation.physical(), MemorySegment.ofArray(then), at, run);
                    ofNow.add(translation.physical(), MemorySegment.ofArray(now), at, run);
                    done += run;
                }
            }
            unchanged.set(i, mapped && span > 0);
        }
        PhysicalMemory physical = memory.physical();
        physical.read(ofMoment);
        moments.outside(() -> {
            physical.read(ofNow);
            return ofNow;
        });
        for (int i = 0; i < ofNow.size(); i++) {
            if (ofNow.status(i) != RequestStatus.WHOLE || ofMoment.status(i) != RequestStatus.WHOLE) {
                unchanged.clear(owners[i]);
            }
        }
        for (int i = unchanged.nextSetBit(0); i >= 0; i = unchanged.nextSetBit(i + 1)) {
            unchanged.set(i, areEqual(then, now, i * span, first));
        }
        return unchanged;
    }

    private boolean areEqual(byte[] then, byte[] now, int task, long first) {
        for (Mark mark : marks) {
            int from = task + (int) (mark.offset - first);
            if (!Arrays.equals(then, from, from + mark.bytes, now, from, from + mark.bytes)) {
                return false;
            }
        }
        return true;
    }
}
