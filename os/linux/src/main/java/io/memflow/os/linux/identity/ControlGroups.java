package io.memflow.os.linux.identity;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.ProcessDetails.ControlGroup;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The control groups of a task ({@code proc_cgroup_show()} in kernel/cgroup/cgroup.c): its {@code css_set} links one group
 * of every hierarchy. Thread-safe.
 */
final class ControlGroups {
    /** {@code NAME_MAX}, include/uapi/linux/limits.h. */
    private static final int LONGEST_NAME = 255;
    /** Deeper chains are loops: paths end at {@code PATH_MAX}. */
    private static final int DEEPEST = 4096 / 2;

    private final MemoryView memory;
    private final KernelField groupSet;
    private final KernelField links;
    private final KernelField linkInSet;
    private final KernelField linkedGroup;
    private final KernelField node;
    private final KernelField root;
    private final KernelField hierarchy;
    private final KernelField hierarchyName;
    private final KernelField nodeName;
    private final KernelField nodeParent;

    ControlGroups(Kernel kernel) {
        memory = kernel.memory();
        groupSet = kernel.field("task_struct", "cgroups");
        links = kernel.field("css_set", "cgrp_links");
        linkInSet = kernel.field("cgrp_cset_link", "cgrp_link");
        linkedGroup = kernel.field("cgrp_cset_link", "cgrp");
        node = kernel.field("cgroup", "kn");
        root = kernel.field("cgroup", "root");
        hierarchy = kernel.field("cgroup_root", "hierarchy_id");
        hierarchyName = kernel.field("cgroup_root", "name");
        nodeName = kernel.field("kernfs_node", "name");
        nodeParent = kernel.field("kernfs_node", "parent", "__parent");
    }

    /** The groups of the task at a virtual address, in the order the kernel keeps them. */
    List<ControlGroup> read(long task, FieldReader fields) {
        long set = groupSet.pointer(task);
        List<ControlGroup> groups = new ArrayList<>();
        if (set == 0) {
            return groups;
        }
        KernelList.Entries entries =
                new KernelList(memory).walk(links.at(set), linkInSet.place().offset(), "cgrp_links", this::isLink);
        entries.missing().forEach(part -> fields.note(part.what(), part.why()));
        for (long link : entries.addresses()) {
            ControlGroup group = fields.read("cgroup", () -> group(linkedGroup.pointer(link)));
            if (group != null) {
                groups.add(group);
            }
        }
        return groups;
    }

    private boolean isLink(long address) {
        try {
            return linkedGroup.pointer(address) != 0;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    private ControlGroup group(long group) {
        long top = root.pointer(group);
        return new ControlGroup((int) hierarchy.unsigned(top), hierarchyName.text(top), path(node.pointer(group)));
    }

    /** {@code kernfs_path()}: names up to the node without a parent. */
    private String path(long start) {
        Deque<String> components = new ArrayDeque<>();
        long current = start;
        for (int depth = 0; depth < DEEPEST && current != 0; depth++) {
            long parent = nodeParent.pointer(current);
            if (parent == 0) {
                break;
            }
            components.addFirst(memory.readUtf8Lossy(nodeName.pointer(current), LONGEST_NAME));
            current = parent;
        }
        return "/" + String.join("/", components);
    }
}
