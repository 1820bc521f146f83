package io.memflow.os.linux.mount;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.MountInfo;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.os.linux.file.PathReader;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelTree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Builds the rows of {@code /proc/PID/mountinfo} ({@code show_mountinfo()} in fs/proc_namespace.c). Thread-safe. */
public final class MountRows {
    private final MemoryView memory;
    private final PathReader paths;
    private final MountReader reader;
    private final Optional<KernelTree> trees;
    private final KernelField proxy;
    private final KernelField proxyMounts;
    private final KernelField namespaceNumber;
    private final Optional<KernelField> list;
    private final Optional<KernelField> tree;
    private final KernelField listLink;
    private final Optional<KernelField> treeLink;
    private final KernelField taskFs;
    private final KernelField fsRoot;

    public MountRows(Kernel kernel, PathReader paths) {
        this.paths = paths;
        memory = kernel.memory();
        reader = new MountReader(kernel, paths);
        proxy = kernel.field("task_struct", "nsproxy");
        proxyMounts = kernel.field("nsproxy", "mnt_ns");
        namespaceNumber = kernel.field("mnt_namespace", "ns.inum");
        // A list up to 6.7, a tree by mount id since.
        treeLink = kernel.optionalField("mount", "mnt_node");
        tree = treeLink.isPresent() ? kernel.optionalField("mnt_namespace", "mounts") : Optional.empty();
        trees = tree.map(_ -> new KernelTree(kernel));
        list = tree.isPresent() ? Optional.empty() : Optional.of(kernel.field("mnt_namespace", "list"));
        listLink = kernel.field("mount", "mnt_list");
        taskFs = kernel.field("task_struct", "fs");
        fsRoot = kernel.field("fs_struct", "root");
    }

    /**
     * The mounts of every mount namespace that one of the tasks is in, each namespace once.
     *
     * @param tasks virtual addresses of threads that have not ended
     */
    public Listing<MountInfo> mounts(Collection<Long> tasks) {
        List<MissingPart> missing = new ArrayList<>();
        Set<Long> namespaces = new LinkedHashSet<>();
        for (long task : tasks) {
            try {
                namespaces.add(namespace(task));
            } catch (MemoryAccessException unreadable) {
                missing.add(new MissingPart("nsproxy of a task", unreadable.getMessage()));
            }
        }
        namespaces.remove(0L);
        List<MountInfo> rows = new ArrayList<>();
        for (long namespace : namespaces) {
            Listing<MountInfo> own = mounts(namespace, 0);
            rows.addAll(own.rows());
            missing.addAll(own.missing());
        }
        return new Listing<>(rows, missing);
    }

    /**
     * The mounts one process sees: those below its root, with mount points as it sees them.
     *
     * @param task virtual address of a thread that has not ended
     */
    public Listing<MountInfo> mounts(long task) {
        long namespace = namespace(task);
        long files = taskFs.pointer(task);
        return namespace == 0 || files == 0 ? new Listing<>(List.of(), List.of()) : mounts(namespace, fsRoot.at(files));
    }

    private long namespace(long task) {
        long own = proxy.pointer(task);
        return own == 0 ? 0 : proxyMounts.pointer(own);
    }

    private Listing<MountInfo> mounts(long namespace, long root) {
        KernelList.Entries entries = entries(namespace);
        List<MountInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(entries.missing());
        String source = tree.isPresent() ? "mount-tree" : "mount-list";
        for (long mount : entries.addresses()) {
            if (reader.isMount(mount) && (root == 0 || reachable(mount, root, missing))) {
                rows.add(reader.read(mount, () -> namespaceNumber.unsigned(namespace), root, source));
            }
        }
        return new Listing<>(rows, missing);
    }

    private KernelList.Entries entries(long namespace) {
        if (tree.isPresent() && treeLink.isPresent() && trees.isPresent()) {
            long offset = treeLink.get().place().offset();
            return trees.get().walk(tree.get().at(namespace), offset, "mount tree", reader::isReadable);
        }
        long head = list.orElseThrow().at(namespace);
        return new KernelList(memory).walk(head, listLink.place().offset(), "mount list", reader::isReadable);
    }

    private boolean reachable(long mount, long root, List<MissingPart> missing) {
        try {
            return paths.leadsTo(reader.rootOf(mount), mount, root);
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart("place of a mount", unreadable.getMessage()));
            return true;
        }
    }
}
