package io.memflow.os.windows.offset;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Learns where threads hang on their process and what they hold. A list in the process whose entries lie at one distance
 * behind a dispatcher header of a thread is a list of threads; KPROCESS has one and EPROCESS another. Confined.
 */
final class ThreadLearner {
    /** {@code ThreadObject} of {@code KOBJECTS} in {@code DISPATCHER_HEADER.Type}. */
    private static final int THREAD_OBJECT = 6;

    private static final int MOST_THREADS = 64;
    private static final int ALIGNMENT = 8;

    private final Target target;
    private final ProcessChain chain;
    private final Candidates candidates;
    private final int pointer;

    ThreadLearner(Target target, ProcessChain chain, Candidates candidates) {
        this.target = target;
        this.chain = chain;
        this.candidates = candidates;
        pointer = target.pointerBytes();
    }

    /**
     * A list of threads.
     *
     * @param head offset of its head in a process
     * @param link offset of its links in a thread
     */
    private record ThreadList(int head, int link) {}

    /** A thread, and the process whose list it is on. */
    private record Listed(Sample process, Sample bytes) {}

    void learn() {
        List<ThreadList> lists = lists();
        if (lists.isEmpty()) {
            return;
        }
        ThreadList kernel = lists.getFirst();
        ThreadList executive = lists.getLast();
        String how = "a list of objects of the type of threads";
        if (lists.size() > 1) {
            chosen("_KPROCESS", "ThreadListHead", kernel.head, how);
            chosen("_KTHREAD", "ThreadListEntry", kernel.link, how);
        }
        chosen("_EPROCESS", "ThreadListHead", executive.head, how);
        chosen("_ETHREAD", "ThreadListEntry", executive.link, how);
        List<Listed> threads = new ArrayList<>();
        for (Sample process : chain.samples()) {
            for (long link : links(process, executive.head)) {
                threads.add(
                        new Listed(process, new Sample(target.memory(), link - executive.link, target.threadBytes())));
            }
        }
        learnMembers(threads, executive);
    }

    private void learnMembers(List<Listed> threads, ThreadList executive) {
        BitSet ids = new BitSet();
        BitSet owners = new BitSet();
        for (int offset = 0; offset + 2 * pointer <= target.threadBytes(); offset += pointer) {
            int at = offset;
            ids.set(offset, threads.stream().allMatch(thread -> isClientId(thread, at)));
            owners.set(
                    offset, threads.stream().allMatch(thread -> thread.bytes.pointer(at) == thread.process.address()));
        }
        candidates.add("_ETHREAD", "Cid", ids, "the id of its process and its own");
        candidates.add("_KTHREAD", "Process", owners, "the process whose list it is on");
        candidates.add(
                "_EPROCESS",
                "ActiveThreads",
                executive.head,
                target.processBytes(),
                Integer.BYTES,
                "the number of threads on the list",
                offset -> countsThreads(offset, executive.head));
    }

    /** The field is narrow, so that a few equal numbers prove nothing: processes with different ones must agree. */
    private boolean countsThreads(int offset, int head) {
        Set<Integer> counts = new HashSet<>();
        for (Sample process : chain.samples()) {
            int count = links(process, head).size();
            if (count == MOST_THREADS) {
                continue;
            }
            if (process.number(offset, Integer.BYTES) != count) {
                return false;
            }
            counts.add(count);
        }
        return counts.size() > 1;
    }

    private boolean isClientId(Listed thread, int offset) {
        return thread.bytes.pointer(offset) == chain.pid(thread.process)
                && ProcessChain.isPid(thread.bytes.pointer(offset + pointer));
    }

    private void chosen(String structure, String member, int offset, String how) {
        candidates.add(structure, member, offset, offset + 1, 1, how, any -> true);
    }

    /** By their heads' places: that of KPROCESS lies first. */
    private List<ThreadList> lists() {
        List<ThreadList> found = new ArrayList<>();
        for (int head = 0; head + 2 * pointer <= target.processBytes(); head += pointer) {
            OptionalInt link = head == chain.linksOffset() ? OptionalInt.empty() : linkOffset(head);
            if (link.isPresent()) {
                found.add(new ThreadList(head, link.getAsInt()));
            }
        }
        return found.size() <= 2 ? found : found.subList(0, 2);
    }

    /** The distance at which a thread lies below the entries of a list; empty when the list is none of threads. */
    private OptionalInt linkOffset(int head) {
        Map<Integer, Integer> distances = new HashMap<>();
        int entries = 0;
        for (Sample process : chain.samples()) {
            for (long link : links(process, head)) {
                entries++;
                Sample before = new Sample(target.memory(), link - target.threadBytes(), target.threadBytes());
                for (int distance = ALIGNMENT; distance < target.threadBytes(); distance += pointer) {
                    if (couldBeThread(before, target.threadBytes() - distance, process)) {
                        distances.merge(distance, 1, Integer::sum);
                    }
                }
            }
        }
        int all = entries;
        return distances.entrySet().stream()
                .filter(entry -> entry.getValue() == all)
                .mapToInt(Map.Entry::getKey)
                .min();
    }

    /** A dispatcher header of a thread: its type, and a list of waiters behind the signal state that is empty or whole. */
    private boolean couldBeThread(Sample bytes, int offset, Sample process) {
        if (bytes.number(offset, Byte.BYTES) != THREAD_OBJECT) {
            return false;
        }
        long start = bytes.address() + offset;
        long waiters = start + 8;
        return target.pointer(target.pointer(waiters) + pointer) == waiters && process.address() != start;
    }

    private List<Long> links(Sample process, int head) {
        List<Long> links = new ArrayList<>();
        long at = process.address() + head;
        long link = process.pointer(head);
        long previous = at;
        while (links.size() < MOST_THREADS
                && target.isKernelAddress(link)
                && link != at
                && target.pointer(link + pointer) == previous) {
            links.add(link);
            previous = link;
            link = target.pointer(link);
        }
        return link == at || links.size() == MOST_THREADS ? links : List.of();
    }
}
