package io.memflow.os.linux.learn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Learns how threads hang together: {@code task->thread_node} is on a list whose head is at one distance from where
 * {@code task->signal} points (include/linux/sched/signal.h). Confined.
 */
final class SignalLearner {
    private static final String TASK = "task_struct";
    private static final String SIGNAL = "signal_struct";
    /** The head lies in the first cache lines of the {@code signal_struct}. */
    private static final int LARGEST_HEAD = 128;
    /** {@code sigcnt, live, nr_threads} begin it. */
    private static final int NR_THREADS = 2 * Integer.BYTES;

    private static final int MOST_THREADS = 1 << 16;
    /** So many tasks show a distance; one of them may be damaged. */
    private static final int ASKED = 5;

    private final KernelBytes source;
    private final Lesson lesson;
    private final Samples tasks;
    private final int end;
    private final int word;

    SignalLearner(KernelBytes source, Lesson lesson, TaskLearner learned) {
        this.source = source;
        this.lesson = lesson;
        this.tasks = learned.tasks();
        this.end = lesson.offset(TASK, "comm").orElseThrow() + 256;
        this.word = source.word();
    }

    private record Found(int node, int signal, int head, Ruling ruling) {}

    void learn() {
        List<Found> found = new ArrayList<>();
        for (Ruling link : tasks.words(0, end, 3, (task, offset) -> loneLink(task, offset))) {
            if (link.agreed() * 2 > tasks.count()) {
                addSignals(link.offset(), found);
            }
        }
        if (found.size() != 1) {
            String why = found.isEmpty() ? "no list of threads was found" : found.size() + " lists fit equally";
            lesson.undecide(TASK, "thread_node", why);
            lesson.undecide(TASK, "signal", why);
            lesson.undecide(SIGNAL, "thread_head", why);
            lesson.undecide(SIGNAL, "nr_threads", why);
            return;
        }
        Found only = found.getFirst();
        lesson.take(TASK, "thread_node", 2 * word, only.ruling.at(only.node));
        lesson.take(TASK, "signal", word, only.ruling.at(only.signal));
        lesson.take(SIGNAL, "thread_head", 2 * word, only.ruling.at(only.head));
        threadCount(only);
    }

    /** A link whose neighbours on both sides are one other: the head of a list with one entry. */
    private Verdict loneLink(int task, int offset) {
        long head = tasks.word(task, offset);
        if (!tasks.isLink(task, offset) || isInside(task, head)) {
            return Verdict.DISAGREES;
        }
        return head == tasks.word(task, offset + word) ? Verdict.AGREES : Verdict.SILENT;
    }

    private boolean isInside(int task, long address) {
        return Long.compareUnsigned(address - tasks.address(task), end) < 0;
    }

    private void addSignals(int node, List<Found> found) {
        for (int signal = 0; signal < end; signal += word) {
            int at = signal;
            long head = distance(node, at);
            if (head <= 0 || head > LARGEST_HEAD) {
                continue;
            }
            Ruling ruling = tasks.judge(
                    signal,
                    (task, offset) -> tasks.word(task, node) == tasks.word(task, node + word)
                            ? Verdict.of(tasks.word(task, node) - tasks.word(task, at) == head)
                            : Verdict.SILENT);
            if (ruling.holds(3)) {
                found.add(new Found(node, signal, (int) head, ruling));
            }
        }
    }

    /** How far behind what a member points to the list's head lies, in most of the first few tasks; 0 if in none. */
    private long distance(int node, int signal) {
        Map<Long, Integer> distances = new HashMap<>();
        int asked = 0;
        for (int task = 1; task < tasks.count() && asked < ASKED; task++) {
            if (tasks.word(task, node) == tasks.word(task, node + word)) {
                distances.merge(tasks.word(task, node) - tasks.word(task, signal), 1, Integer::sum);
                asked++;
            }
        }
        return distances.entrySet().stream()
                .filter(entry -> entry.getValue() * 2 > ASKED)
                .mapToLong(Map.Entry::getKey)
                .findFirst()
                .orElse(0);
    }

    private void threadCount(Found found) {
        Ruling ruling = tasks.judge(NR_THREADS, (task, offset) -> {
            long signal = tasks.word(task, found.signal);
            return Verdict.of(source.number(signal + offset) == threads(signal + found.head));
        });
        lesson.decide(SIGNAL, "nr_threads", Integer.BYTES, ruling.holds(3) ? List.of(ruling) : List.of());
    }

    private long threads(long head) {
        long count = 0;
        for (long link = source.word(head);
                link != head && link != 0 && count < MOST_THREADS;
                link = source.word(link)) {
            count++;
        }
        return count;
    }
}
