package io.memflow.os.linux.file;

import io.memflow.core.memory.MemoryView;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.StructureLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads the path of an open file as {@code d_path()} in fs/d_path.c builds it, as seen from the root of the mount
 * namespace the file was opened in. Thread-safe.
 */
public final class PathReader {
    private static final String DELETED = " (deleted)";
    /** {@code NAME_MAX}, include/uapi/linux/limits.h. */
    private static final int LONGEST_NAME = 255;
    /** {@code PATH_MAX} divided by the shortest component: deeper chains are loops. */
    private static final int DEEPEST = 4096 / 2;

    private final MemoryView memory;
    private final long fileDentry;
    private final long fileMount;
    private final long fileInode;
    private final long inodeNumber;
    private final int inodeNumberBytes;
    private final long dentryName;
    private final long dentryNameLength;
    private final long dentryParent;
    private final long dentryHashPprev;
    private final long dentryOperations;
    private final long operationsName;
    private final long mountRoot;
    private final long mountFromVfsmount;
    private final long mountParent;
    private final long mountPoint;
    private final long simpleName;
    private final long anonymousInodeName;

    public PathReader(Kernel kernel) {
        memory = kernel.memory();
        StructureLayout layout = kernel.layout();
        fileDentry = layout.offset("file", "f_path.dentry");
        fileMount = layout.offset("file", "f_path.mnt");
        fileInode = layout.offset("file", "f_inode");
        inodeNumber = layout.offset("inode", "i_ino");
        inodeNumberBytes = (int) layout.location("inode", "i_ino").byteSize();
        dentryName = layout.offset("dentry", "d_name.name");
        dentryNameLength = layout.offset("dentry", "d_name.len");
        dentryParent = layout.offset("dentry", "d_parent");
        dentryHashPprev = layout.offset("dentry", "d_hash.pprev");
        dentryOperations = layout.offset("dentry", "d_op");
        operationsName = layout.offset("dentry_operations", "d_dname");
        mountRoot = layout.offset("vfsmount", "mnt_root");
        mountFromVfsmount = layout.offset("mount", "mnt");
        mountParent = layout.offset("mount", "mnt_parent");
        mountPoint = layout.offset("mount", "mnt_mountpoint");
        simpleName = kernel.addressOrZero("simple_dname");
        anonymousInodeName = kernel.addressOrZero("anon_inodefs_dname");
    }

    /** Inode number of the file whose {@code struct file} lies at a virtual address. */
    public long inode(long file) {
        return memory.readUnsigned(memory.readPointer(file + fileInode) + inodeNumber, inodeNumberBytes);
    }

    /**
     * The path of the file whose {@code struct file} lies at a virtual address.
     *
     * @throws io.memflow.core.memory.MemoryAccessException when part of it cannot be read
     */
    public String path(long file) {
        long dentry = memory.readPointer(file + fileDentry);
        long mount = memory.readPointer(file + fileMount) - mountFromVfsmount;
        String special = namedByFilesystem(dentry);
        if (special != null) {
            return special;
        }
        boolean deleted = memory.readPointer(dentry + dentryHashPprev) == 0
                && memory.readPointer(dentry + dentryParent) != dentry;
        String path = path(dentry, mount);
        return deleted ? path + DELETED : path;
    }

    private @Nullable String namedByFilesystem(long dentry) {
        long operations = memory.readPointer(dentry + dentryOperations);
        long namer = operations == 0 ? 0 : memory.readPointer(operations + operationsName);
        if (namer == 0) {
            return null;
        }
        if (namer == simpleName) {
            return "/" + name(dentry) + DELETED;
        }
        if (namer == anonymousInodeName) {
            return "anon_inode:" + name(dentry);
        }
        return name(dentry);
    }

    /** {@code prepend_path()}: up to the mount's root, from there on at its mount point in the parent mount. */
    private String path(long startDentry, long startMount) {
        Deque<String> components = new ArrayDeque<>();
        long dentry = startDentry;
        long mount = startMount;
        for (int depth = 0; depth < DEEPEST; depth++) {
            if (dentry == memory.readPointer(mount + mountFromVfsmount + mountRoot)) {
                long parentMount = memory.readPointer(mount + mountParent);
                if (parentMount == mount) {
                    break;
                }
                dentry = memory.readPointer(mount + mountPoint);
                mount = parentMount;
                continue;
            }
            long parent = memory.readPointer(dentry + dentryParent);
            if (parent == dentry) {
                break;
            }
            components.addFirst(name(dentry));
            dentry = parent;
        }
        return "/" + String.join("/", components);
    }

    private String name(long dentry) {
        int length = Math.clamp(memory.readUnsigned(dentry + dentryNameLength, Integer.BYTES), 0, LONGEST_NAME);
        return new String(memory.readBytes(memory.readPointer(dentry + dentryName), length), StandardCharsets.UTF_8);
    }
}
