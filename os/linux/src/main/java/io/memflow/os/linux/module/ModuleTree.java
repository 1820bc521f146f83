package io.memflow.os.linux.module;

import io.memflow.core.evidence.Survey;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelTree;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The memory of all modules by address, by which the kernel tells whose an address is: {@code mod_tree}, a latched tree,
 * which is two red-black trees of the same entries (kernel/module/tree_lookup.c, include/linux/rbtree_latch.h).
 * Thread-safe.
 */
final class ModuleTree {
    /** What it is called in messages. */
    static final String NAME = "mod_tree";

    private static final int COPIES = 2;
    /** The colour of a node is the low bit of the pointer to its parent ({@code __rb_parent_color}). */
    private static final long NO_COLOUR = -4;

    private final KernelTree trees;
    private final ModuleFields fields;
    private final OptionalLong variable;
    private final long roots;
    private final long rootBytes;
    private final long nodes;
    private final long nodeBytes;
    private final KernelField module;
    private final KernelField parent;
    private final KernelField left;
    private final KernelField right;
    private final List<Long> ownEntries;

    /** @throws io.memflow.core.error.MemflowException of kind NOT_FOUND when the kernel's types lack what is needed */
    ModuleTree(Kernel kernel, ModuleFields fields) {
        this.fields = fields;
        trees = new KernelTree(kernel);
        variable = kernel.find(NAME);
        StructureLayout layout = kernel.layout();
        roots = layout.offset("mod_tree_root", "root.tree");
        rootBytes = layout.size("rb_root");
        nodes = layout.offset("mod_tree_node", "node.node");
        nodeBytes = layout.size("rb_node");
        module = kernel.field("mod_tree_node", "mod");
        parent = kernel.field("rb_node", "__rb_parent_color");
        left = kernel.field("rb_node", "rb_left");
        right = kernel.field("rb_node", "rb_right");
        ownEntries = ownEntries(layout);
    }

    /** Where a module keeps its entries: one in each layout up to 6.3, one for each kind of memory since. */
    private static List<Long> ownEntries(StructureLayout layout) {
        if (layout.has("module", "core_layout.mtn")) {
            return List.of(layout.offset("module", "core_layout.mtn"), layout.offset("module", "init_layout.mtn"));
        }
        long stride = layout.size("module_memory");
        long kinds = layout.memberSize("module", "mem") / stride;
        long first = layout.offset("module", "mem") + layout.offset("module_memory", "mtn");
        List<Long> entries = new ArrayList<>();
        for (long kind = 0; kind < kinds; kind++) {
            entries.add(first + kind * stride);
        }
        return entries;
    }

    /** All modules that either copy has, ascending by the address of their memory; empty where no symbol names the tree. */
    Optional<KernelList.Entries> read() {
        if (variable.isEmpty()) {
            return Optional.empty();
        }
        Set<Long> modules = new LinkedHashSet<>();
        List<MissingPart> missing = new ArrayList<>();
        for (int copy = 0; copy < COPIES; copy++) {
            KernelList.Entries entries = trees.walk(
                    variable.getAsLong() + roots + copy * rootBytes,
                    nodes + copy * nodeBytes,
                    NAME + " (copy " + copy + ")",
                    this::isEntry);
            entries.addresses().forEach(entry -> modules.add(fields.pointer(module.at(entry))));
            missing.addAll(entries.missing());
        }
        return Optional.of(new KernelList.Entries(List.copyOf(modules), missing));
    }

    /** Whether there is an entry: it lies inside the module that it names. */
    private boolean isEntry(long entry) {
        try {
            return ownEntries.contains(entry - module.pointer(entry));
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    /** Those above and below the entries of a module, in both copies. */
    void addNeighbours(long loaded, Survey<ModuleSource> survey) {
        for (long own : ownEntries) {
            for (int copy = 0; copy < COPIES; copy++) {
                long link = nodes + copy * nodeBytes;
                long node = loaded + own + link;
                long above = parentOf(node);
                // The entry of memory that was freed after initialisation keeps its links; nothing links back to it.
                if (above != 0 && (fields.pointer(left.at(above)) == node || fields.pointer(right.at(above)) == node)) {
                    addEntry(above - link, survey);
                }
                for (KernelField side : List.of(left, right)) {
                    long below = fields.pointer(side.at(node));
                    if (below != 0 && parentOf(below) == node) {
                        addEntry(below - link, survey);
                    }
                }
            }
        }
    }

    private long parentOf(long node) {
        return fields.pointer(parent.at(node)) & NO_COLOUR;
    }

    private void addEntry(long entry, Survey<ModuleSource> survey) {
        if (isEntry(entry)) {
            survey.add(fields.pointer(module.at(entry)), ModuleSource.MODULE_TREE);
        }
    }
}
