package io.memflow.os.linux.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Learns {@code task->thread_pid} and {@code struct pid} (include/linux/pid.h): the task's id in the initial pid namespace,
 * beside the pointer to that namespace. Confined.
 */
final class PidLearner {
    private static final String TASK = "task_struct";
    private static final String PID = "pid";
    /** "group_leader, ptraced, ptrace_entry, thread_pid", include/linux/sched.h. */
    private static final int BEHIND_LEADER = 8;
    /** {@code numbers} end {@code struct pid}. */
    private static final int PID_BYTES = 256;

    private final KernelBytes source;
    private final Lesson lesson;
    private final Samples tasks;
    private final int word;

    PidLearner(KernelBytes source, Lesson lesson, Samples tasks) {
        this.source = source;
        this.lesson = lesson;
        this.tasks = tasks;
        word = source.word();
    }

    private record Found(int pointer, int numbers, Ruling ruling) {}

    void learn() {
        OptionalInt pid = lesson.offset(TASK, "pid");
        OptionalInt leader = lesson.offset(TASK, "group_leader");
        Long initial = lesson.landmarks().get("init_pid_ns");
        if (pid.isEmpty() || leader.isEmpty() || initial == null) {
            undecide("the ids of tasks, their leader or the first pid namespace are not known");
            return;
        }
        List<Found> found = new ArrayList<>();
        for (int i = 1; i <= BEHIND_LEADER; i++) {
            int pointer = leader.getAsInt() + i * word;
            for (int numbers = word; numbers + 2 * word <= PID_BYTES; numbers += word) {
                int at = numbers;
                Ruling ruling = tasks.judge(pointer, (task, offset) -> {
                    long own = tasks.word(task, offset);
                    // The id of a task that has ended is taken away.
                    return own == 0
                            ? Verdict.SILENT
                            : Verdict.of(source.isAlignedKernel(own)
                                    && isCounted(own)
                                    && source.number(own + at) == tasks.number(task, pid.getAsInt())
                                    && source.word(own + at + word) == initial);
                });
                if (ruling.holds(3)) {
                    found.add(new Found(pointer, at, ruling));
                }
            }
        }
        if (found.size() != 1) {
            undecide(found.size() + " pointers lead to the id of their task beside its namespace");
            return;
        }
        take(found.getFirst());
    }

    /** A use count begins it; links of the task lead into the middle, where pointers are. */
    private boolean isCounted(long pid) {
        long uses = source.number(pid);
        return uses != 0 && !source.isKernel(source.word(pid));
    }

    private void undecide(String why) {
        lesson.undecide(TASK, "thread_pid", why);
        lesson.undecide(PID, "numbers", why);
        lesson.undecide(PID, "level", why);
        lesson.undecide("upid", "nr", why);
        lesson.undecide("upid", "ns", why);
    }

    private void take(Found only) {
        Ruling ruling = only.ruling;
        lesson.take(TASK, "thread_pid", word, ruling.at(only.pointer));
        lesson.take(PID, "numbers", 2 * word, ruling.at(only.numbers));
        // "int nr; struct pid_namespace *ns".
        lesson.take("upid", "nr", Integer.BYTES, ruling.at(0));
        lesson.take("upid", "ns", word, ruling.at(word));
        lesson.size("upid", 2L * word);
        // "refcount_t count; unsigned int level": so many more numbers there are.
        Ruling levels = tasks.judge(Integer.BYTES, (task, offset) -> {
            long own = tasks.word(task, only.pointer);
            if (own == 0) {
                return Verdict.SILENT;
            }
            long level = source.number(own + offset);
            return Verdict.of(level <= PID_BYTES
                    && source.number(own) != 0
                    && (level == 0
                            || source.isAlignedKernel(source.word(own + only.numbers + level * 2L * word + word))));
        });
        lesson.decide(PID, "level", Integer.BYTES, levels.holds(3) ? List.of(levels) : List.of());
    }
}
