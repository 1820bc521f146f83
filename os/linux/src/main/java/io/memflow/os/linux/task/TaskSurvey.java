package io.memflow.os.linux.task;

import io.memflow.core.memory.MemoryAccessException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The processes found so far and what led to each. Whatever is found is asked for its own neighbours, so that a task is
 * lost only when every link to it is. Confined.
 */
final class TaskSurvey {
    private final TaskFields fields;
    private final Map<Long, Set<TaskSource>> found = new LinkedHashMap<>();
    private final Deque<Long> unasked = new ArrayDeque<>();

    TaskSurvey(TaskFields fields) {
        this.fields = fields;
        if (fields.initTask != 0) {
            unasked.add(fields.initTask);
        }
    }

    /** Notes a task that a structure leads to, if it is the main thread of a process. */
    boolean add(long task, TaskSource source) {
        if (task == fields.initTask) {
            return true;
        }
        Set<TaskSource> known = found.get(task);
        if (known != null) {
            known.add(source);
            return true;
        }
        if (!fields.isMainThread(task)) {
            return false;
        }
        found.put(task, EnumSet.of(source));
        unasked.add(task);
        return true;
    }

    /** Follows all links of all tasks that were not asked yet, and of those that are found by it. */
    void followLinks() {
        while (!unasked.isEmpty()) {
            long task = unasked.poll();
            link(task + fields.tasks, fields.tasks, TaskSource.TASK_LIST);
            link(task + fields.tasks + fields.word, fields.tasks, TaskSource.TASK_LIST);
            link(task + fields.realParent, 0, TaskSource.FAMILY);
            long parent = pointer(task + fields.realParent);
            siblings(task + fields.children, task + fields.children);
            siblings(task + fields.sibling, parent + fields.children);
        }
    }

    /** Both neighbours of a link among siblings; the list's head is no sibling. */
    private void siblings(long link, long head) {
        if (pointer(link) != head) {
            link(link, fields.sibling, TaskSource.FAMILY);
        }
        if (pointer(link + fields.word) != head) {
            link(link + fields.word, fields.sibling, TaskSource.FAMILY);
        }
    }

    private void link(long at, long offset, TaskSource source) {
        long target = pointer(at);
        if (target != 0) {
            add(target - offset, source);
        }
    }

    private long pointer(long at) {
        try {
            return fields.memory.readPointer(at);
        } catch (MemoryAccessException unreadable) {
            // The damage is named by whoever walks that structure whole.
            return 0;
        }
    }

    boolean has(long task, TaskSource source) {
        return found.getOrDefault(task, Set.of()).contains(source);
    }

    /** All processes, in the order they were found. */
    List<Sighting> sightings() {
        return found.entrySet().stream()
                .map(entry -> new Sighting(entry.getKey(), entry.getValue()))
                .toList();
    }
}
