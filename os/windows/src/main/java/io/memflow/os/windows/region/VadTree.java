package io.memflow.os.windows.region;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tree of a process' virtual address descriptors ({@code MMVAD}). Until XP its root is a pointer; from 2003 on until 8 it
 * is a node of its own ({@code MM_AVL_TABLE}), whose right child is the tree; since 8.1 a pointer again. Members by their names in
 * public symbols of ntoskrnl. Thread-safe.
 */
final class VadTree {
    /** More regions than a process can have; each takes more than 64 KiB of its addresses. */
    private static final int MOST_NODES = 1 << 22;

    private static final int ALIGNMENT = 8;

    private final WindowsKernel kernel;
    private final MemoryView memory;
    private final KernelField root;
    private final boolean rootIsNode;
    private final long left;
    private final long right;

    VadTree(WindowsKernel kernel) {
        this.kernel = kernel;
        memory = kernel.memory();
        root = kernel.field("_EPROCESS", "VadRoot");
        rootIsNode = kernel.layout().has("_MM_AVL_TABLE", "BalancedRoot");
        int word = kernel.pointerBytes();
        if (kernel.layout().has("_MMVAD_SHORT", "LeftChild")) {
            left = kernel.layout().offset("_MMVAD_SHORT", "LeftChild");
            right = kernel.layout().offset("_MMVAD_SHORT", "RightChild");
        } else {
            long node = kernel.layout().offset("_MMVAD_SHORT", "VadNode");
            // RTL_BALANCED_NODE begins with its children; MM_AVL_NODE of 8 with its parent.
            left = node + (kernel.version().isAtLeast(WindowsVersion.EIGHT_ONE) ? 0 : word);
            right = left + word;
        }
    }

    /** The descriptors of a process, ascending, and the parts of the tree that could not be followed. */
    record Nodes(List<Long> addresses, List<MissingPart> missing) {}

    Nodes read(long process) {
        List<Long> nodes = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        try {
            long first = rootIsNode ? memory.readPointer(root.at(process) + right) : root.pointer(process);
            new Walk(nodes, missing).follow(first);
        } catch (MemflowException unreadable) {
            missing.add(new MissingPart("VadRoot", String.valueOf(unreadable.getMessage())));
        }
        return new Nodes(nodes, missing);
    }

    private final class Walk {
        private final List<Long> nodes;
        private final List<MissingPart> missing;
        private final Set<Long> visited = new HashSet<>();
        private final Deque<Long> above = new ArrayDeque<>();

        Walk(List<Long> nodes, List<MissingPart> missing) {
            this.nodes = nodes;
            this.missing = missing;
        }

        /** In order of addresses: what is left of a node, the node, what is right of it. */
        void follow(long first) {
            long node = checked(first);
            while ((node != 0 || !above.isEmpty()) && visited.size() < MOST_NODES) {
                while (node != 0) {
                    above.push(node);
                    node = child(node, left);
                }
                long next = above.pop();
                nodes.add(next);
                node = child(next, right);
            }
        }

        private long child(long node, long offset) {
            try {
                return checked(memory.readPointer(node + offset));
            } catch (MemflowException unreadable) {
                damaged(node, String.valueOf(unreadable.getMessage()));
                return 0;
            }
        }

        /** The node, or 0 when there is none, or nothing that a link of the tree could lead to. */
        private long checked(long node) {
            if (node == 0) {
                return 0;
            }
            if (node % ALIGNMENT != 0 || !kernel.architecture().isKernelAddress(node)) {
                damaged(node, "no descriptor can be there");
                return 0;
            }
            if (!visited.add(node)) {
                damaged(node, "it was there before");
                return 0;
            }
            return node;
        }

        private void damaged(long node, String why) {
            missing.add(new MissingPart("VadRoot", "the tree ends at " + Address.format(node) + ": " + why));
        }
    }
}
