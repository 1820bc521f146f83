package io.memflow.os.linux.structure;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;

/** Walks a red-black tree in order ({@code struct rb_root}, include/linux/rbtree_types.h). Thread-safe. */
public final class KernelTree {
    /** A tree of this many levels would have more nodes than memory has bytes. */
    private static final int DEEPEST = 128;

    private final KernelField root;
    private final KernelField left;
    private final KernelField right;

    public KernelTree(Kernel kernel) {
        root = kernel.field("rb_root", "rb_node");
        left = kernel.field("rb_node", "rb_left");
        right = kernel.field("rb_node", "rb_right");
    }

    /**
     * The entries of a tree in ascending order. A damaged link costs what is behind it, which is named.
     *
     * @param tree virtual address of the {@code rb_root}
     * @param linkOffset offset of the {@code rb_node} inside an entry
     * @param name what to call the tree when it is damaged
     * @param plausible whether an address looks like an entry; an implausible one is damage
     */
    public KernelList.Entries walk(long tree, long linkOffset, String name, LongPredicate plausible) {
        List<Long> entries = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        Set<Long> visited = new HashSet<>();
        Deque<Long> path = new ArrayDeque<>();
        long node = link(root, tree, name, missing);
        while (node != 0 || !path.isEmpty()) {
            if (node != 0) {
                if (!visited.add(node) || path.size() == DEEPEST || !plausible.test(node - linkOffset)) {
                    missing.add(new MissingPart(
                            name,
                            "a link leads to " + Address.format(node) + ", which is no entry or was there before"));
                    node = 0;
                    continue;
                }
                path.push(node);
                node = link(left, node, name, missing);
            } else {
                long entry = path.pop();
                entries.add(entry - linkOffset);
                node = link(right, entry, name, missing);
            }
        }
        return new KernelList.Entries(entries, missing);
    }

    private static long link(KernelField field, long node, String name, List<MissingPart> missing) {
        try {
            return field.pointer(node);
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart(name, unreadable.getMessage()));
            return 0;
        }
    }
}
