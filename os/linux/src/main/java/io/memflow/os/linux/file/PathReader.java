package io.memflow.os.linux.file;

import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads the path of an open file as {@code d_path()} in fs/d_path.c builds it, as seen from the root of the mount
 * namespace the file was opened in. Thread-safe.
 */
public final class PathReader {
    private static final String DELETED = " (deleted)";
    /** {@code PATH_MAX} divided by the shortest component: deeper chains are loops. */
    private static final int DEEPEST = 4096 / 2;

    private final DentryNames names;
    private final KernelField fileInode;
    private final KernelField inodeNumber;
    private final KernelField fileMount;
    private final KernelField fileDentry;
    private final KernelField dentryParent;
    private final KernelField dentryHash;
    private final KernelField mountRoot;
    private final KernelField mountInside;
    private final KernelField mountParent;
    private final KernelField mountPoint;

    public PathReader(Kernel kernel) {
        names = new DentryNames(kernel);
        fileMount = kernel.field("file", "f_path.mnt");
        fileDentry = kernel.field("file", "f_path.dentry");
        fileInode = kernel.field("file", "f_inode");
        inodeNumber = kernel.field("inode", "i_ino");
        dentryParent = kernel.field("dentry", "d_parent");
        dentryHash = kernel.field("dentry", "d_hash.pprev");
        mountRoot = kernel.field("vfsmount", "mnt_root");
        mountInside = kernel.field("mount", "mnt");
        mountParent = kernel.field("mount", "mnt_parent");
        mountPoint = kernel.field("mount", "mnt_mountpoint");
    }

    /** Inode number of the file whose {@code struct file} lies at a virtual address. */
    public long inode(long file) {
        return inodeNumber.unsigned(fileInode.pointer(file));
    }

    /**
     * The path of the file whose {@code struct file} lies at a virtual address.
     *
     * @throws io.memflow.core.memory.MemoryAccessException when part of it cannot be read
     */
    public String path(long file) {
        return placed(pathOf(file));
    }

    /**
     * What a {@code struct path} at a virtual address names.
     *
     * @throws io.memflow.core.memory.MemoryAccessException when part of it cannot be read
     */
    public String placed(long path) {
        long dentry = dentryOf(path);
        String special = names.madeUp(dentry);
        if (special != null) {
            return special;
        }
        String name = mounted(dentry, mountOf(path), 0);
        return isUnlinked(dentry) ? name + DELETED : name;
    }

    /** Virtual address of the {@code struct mount} that a {@code struct path} lies on. */
    public long mountOf(long path) {
        return fileMount.pointer(path - fileMount.place().offset())
                - mountInside.place().offset();
    }

    /** The {@code struct path} inside a file: the mount is its first member (include/linux/path.h). */
    private long pathOf(long file) {
        return fileMount.at(file);
    }

    private long dentryOf(long path) {
        return fileDentry.pointer(path - fileMount.place().offset());
    }

    /** The path of a dentry inside its own file system, whatever it is mounted on. */
    public String within(long startDentry) {
        Deque<String> components = new ArrayDeque<>();
        long dentry = startDentry;
        for (int depth = 0; depth < DEEPEST; depth++) {
            long parent = dentryParent.pointer(dentry);
            if (parent == dentry) {
                break;
            }
            components.addFirst(names.own(dentry));
            dentry = parent;
        }
        String path = "/" + String.join("/", components);
        return isUnlinked(startDentry) ? path + "//deleted" : path;
    }

    /**
     * The path of a dentry on a mount ({@code prepend_path()}): up to the mount's root, from there on at its mount point in
     * the parent mount.
     *
     * @param ending virtual address of a {@code struct path} to end at, such as a process' root; 0 to go on to the end
     */
    public String mounted(long startDentry, long startMount, long ending) {
        return climb(startDentry, startMount, ending).path();
    }

    /** Whether the path of a dentry on a mount leads to a {@code struct path}, such as a process' root. */
    public boolean leadsTo(long startDentry, long startMount, long ending) {
        return climb(startDentry, startMount, ending).end() == End.WANTED;
    }

    /** Where the way up from a dentry ended. */
    private enum End {
        WANTED,
        TOP
    }

    private record Climb(String path, End end) {}

    private Climb climb(long startDentry, long startMount, long ending) {
        Deque<String> components = new ArrayDeque<>();
        long endDentry = ending == 0 ? 0 : dentryOf(ending);
        long endMount = ending == 0 ? 0 : mountOf(ending);
        long dentry = startDentry;
        long mount = startMount;
        End end = End.TOP;
        for (int depth = 0; depth < DEEPEST; depth++) {
            if (dentry == endDentry && mount == endMount) {
                end = End.WANTED;
                break;
            }
            if (dentry == mountRoot.pointer(mountInside.at(mount))) {
                long parentMount = mountParent.pointer(mount);
                if (parentMount == mount) {
                    break;
                }
                dentry = mountPoint.pointer(mount);
                mount = parentMount;
                continue;
            }
            long parent = dentryParent.pointer(dentry);
            if (parent == dentry) {
                break;
            }
            components.addFirst(names.own(dentry));
            dentry = parent;
        }
        return new Climb("/" + String.join("/", components), end);
    }

    /** The name that a file system makes up for an open file; null when the file is found in a directory. */
    @Nullable
    String specialName(long file) {
        return names.madeUp(fileDentry.pointer(file));
    }

    /** Whether the {@code struct file} at a virtual address is a socket. */
    public boolean isSocket(long file) {
        return origin(file) == DentryNames.Origin.SOCKET;
    }

    DentryNames.Origin origin(long file) {
        return names.origin(fileDentry.pointer(file));
    }

    /** {@code d_unlinked()}: off its parent's hash, and no root. */
    private boolean isUnlinked(long dentry) {
        return dentryHash.pointer(dentry) == 0 && dentryParent.pointer(dentry) != dentry;
    }
}
