package io.memflow.os.linux.task;

import io.memflow.core.evidence.Survey;
import io.memflow.core.memory.MemoryAccessException;

/** The neighbours of a main thread: on the task list and in its family. Thread-safe. */
final class TaskLinks implements Survey.Neighbours<TaskSource> {
    private final TaskFields fields;

    TaskLinks(TaskFields fields) {
        this.fields = fields;
    }

    @Override
    public void add(long task, Survey<TaskSource> survey) {
        link(survey, task + fields.tasks, fields.tasks, TaskSource.TASK_LIST);
        link(survey, task + fields.tasks + fields.word, fields.tasks, TaskSource.TASK_LIST);
        link(survey, task + fields.realParent, 0, TaskSource.FAMILY);
        long parent = pointer(task + fields.realParent);
        siblings(survey, task + fields.children, task + fields.children);
        siblings(survey, task + fields.sibling, parent + fields.children);
    }

    /** Both neighbours of a link among siblings; the list's head is no sibling. */
    private void siblings(Survey<TaskSource> survey, long link, long head) {
        if (pointer(link) != head) {
            link(survey, link, fields.sibling, TaskSource.FAMILY);
        }
        if (pointer(link + fields.word) != head) {
            link(survey, link + fields.word, fields.sibling, TaskSource.FAMILY);
        }
    }

    private void link(Survey<TaskSource> survey, long at, long offset, TaskSource source) {
        long target = pointer(at);
        if (target != 0) {
            survey.add(target - offset, source);
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
}
