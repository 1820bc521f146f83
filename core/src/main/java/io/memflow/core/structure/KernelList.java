package io.memflow.core.structure;

import io.memflow.core.address.Address;
import io.memflow.core.cache.Moments;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.MissingPart;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * Walks a circular doubly linked list ({@code struct list_head}, include/linux/list.h; on Windows {@code LIST_ENTRY}). When the chain of {@code next}
 * breaks, the chain of {@code prev} is followed from the head, so that one damaged link loses nothing. Thread-safe.
 */
public final class KernelList {
    /** More entries than a list here can have: the kernel's limit of process ids (PID_MAX_LIMIT, 4 Mi). */
    private static final int MOST_ENTRIES = 1 << 22;
    /** A running target changes lists while they are walked; what is broken for longer than this is broken. */
    private static final int ATTEMPTS = 3;

    private final MemoryView memory;
    private final PointerWidth width;
    /** Where {@code prev} lies in a {@code list_head}. */
    private final long previous;

    /** Lists with pointers of the view's own width. */
    public KernelList(MemoryView memory) {
        this(memory, PointerWidth.of(memory.properties()));
    }

    /** @param width of the pointers in the lists: a 64-bit process may have lists of a 32-bit program too */
    public KernelList(MemoryView memory, PointerWidth width) {
        this.memory = memory;
        this.width = width;
        previous = width.bytes();
    }

    /** The addresses of a list's entries, and where it could not be followed. */
    public record Entries(List<Long> addresses, List<MissingPart> missing) {}

    /**
     * The entries of the list.
     *
     * @param head virtual address of the list's head, which is no entry itself
     * @param linkOffset offset of the {@code list_head} inside an entry, in bytes
     * @param name what to call the list when it is damaged
     * @param plausible whether an address looks like an entry; an implausible one is damage
     */
    public Entries walk(long head, long linkOffset, String name, LongPredicate plausible) {
        Walk forward = forward(head, linkOffset, plausible);
        if (forward.closed) {
            return new Entries(forward.entries, List.of());
        }
        Walk backward = new Walk(head, linkOffset, previous, plausible);
        backward.goal = forward.last;
        backward.follow();
        List<Long> entries = new ArrayList<>(forward.entries);
        Collections.reverse(backward.entries);
        backward.entries.stream().filter(entry -> !forward.seen(entry)).forEach(entries::add);
        List<MissingPart> missing = new ArrayList<>();
        missing.add(new MissingPart(name + " (next)", forward.why));
        if (!backward.closed) {
            missing.add(new MissingPart(name + " (prev)", backward.why));
        }
        return new Entries(entries, missing);
    }

    private Walk forward(long head, long linkOffset, LongPredicate plausible) {
        Walk walk = new Walk(head, linkOffset, 0, plausible);
        for (int attempt = 1; !walk.follow() && attempt < ATTEMPTS; attempt++) {
            Moments.renew(memory);
            walk = new Walk(head, linkOffset, 0, plausible);
        }
        return walk;
    }

    private final class Walk {
        private final long head;
        private final long linkOffset;
        private final long pointerOffset;
        private final LongPredicate plausible;
        private final List<Long> entries = new ArrayList<>();
        private final Set<Long> visited = new HashSet<>();
        /** The link that ends the walk when it is reached. */
        private long goal;
        /** The last link that was followed or could not be. */
        private long last;

        private boolean closed;
        private String why = "";

        Walk(long head, long linkOffset, long pointerOffset, LongPredicate plausible) {
            this.head = head;
            this.linkOffset = linkOffset;
            this.pointerOffset = pointerOffset;
            this.plausible = plausible;
            this.goal = head;
        }

        private long opposite(long pointer) {
            return previous - pointer;
        }

        boolean seen(long entry) {
            return visited.contains(entry);
        }

        /**
         * Follows the links until they reach the goal; says in {@link #why} what stopped it otherwise. Each entry must link
         * back to where it was reached from; the goal of a walk backward is where the walk forward broke, so it need not.
         */
        boolean follow() {
            last = head;
            try {
                while (entries.size() < MOST_ENTRIES) {
                    long next = memory.readPointer(last + pointerOffset, width);
                    boolean linksBack = memory.readPointer(next + opposite(pointerOffset), width) == last;
                    if (next == goal && (linksBack || pointerOffset != 0)) {
                        closed = true;
                        return true;
                    }
                    String obstacle = obstacle(next - linkOffset, linksBack);
                    if (!obstacle.isEmpty()) {
                        why = "the link at " + Address.format(last) + " leads to " + Address.format(next - linkOffset)
                                + ", which " + obstacle;
                        return false;
                    }
                    entries.add(next - linkOffset);
                    last = next;
                }
                why = "it has no end";
            } catch (MemoryAccessException unreadable) {
                why = "the link at " + Address.format(last) + " cannot be followed: " + unreadable.getMessage();
            }
            return false;
        }

        /** Why what a link leads to cannot be the next entry; empty when it can, and is now counted as visited. */
        private String obstacle(long entry, boolean linksBack) {
            if (visited.contains(entry)) {
                return "was there before";
            }
            if (!linksBack) {
                return "does not link back";
            }
            if (!plausible.test(entry)) {
                return "is no entry";
            }
            visited.add(entry);
            return "";
        }
    }
}
