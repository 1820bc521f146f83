package io.memflow.os.linux.task;

import java.util.List;
import java.util.Set;

/**
 * A process that was found.
 *
 * @param task virtual address of its main thread's {@code task_struct}
 * @param sources what led to it
 */
record Sighting(long task, Set<TaskSource> sources) {
    List<String> sourceNames() {
        return sources.stream().map(TaskSource::label).toList();
    }
}
