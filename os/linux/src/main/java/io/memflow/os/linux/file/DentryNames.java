package io.memflow.os.linux.file;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names of dentries, those that a file system makes up included: {@code d_dname} of pipes (fs/pipe.c), sockets
 * (net/socket.c), namespaces (fs/nsfs.c), anonymous inodes (fs/anon_inodes.c) and of files without a name (fs/libfs.c).
 * Thread-safe.
 */
final class DentryNames {
    private static final String DELETED = " (deleted)";
    /** {@code NAME_MAX}, include/uapi/linux/limits.h. */
    private static final int LONGEST_NAME = 255;

    private final MemoryView memory;
    private final KernelField name;
    private final KernelField length;
    private final KernelField operations;
    private final KernelField namer;
    /** Where kernels without types do not tell, files that are named after their inode have no name. */
    private final Optional<KernelField> inode;

    private final KernelField inodeNumber;
    private final Optional<KernelField> inodePrivate;
    private final Optional<KernelField> dentryPrivate;
    private final Optional<KernelField> namespaceOperations;
    private final Optional<KernelField> namespaceName;
    private final boolean inodeKnowsNamespace;
    private final long simple;
    private final long anonymous;
    private final long pipe;
    private final long socket;
    private final long namespace;
    private final long process;

    DentryNames(Kernel kernel) {
        memory = kernel.memory();
        name = kernel.field("dentry", "d_name.name", "__d_name.name");
        length = kernel.field("dentry", "d_name.len", "__d_name.len");
        operations = kernel.field("dentry", "d_op");
        namer = kernel.field("dentry_operations", "d_dname");
        inode = kernel.optionalField("dentry", "d_inode");
        inodeNumber = kernel.field("inode", "i_ino");
        inodePrivate = kernel.optionalField("inode", "i_private");
        dentryPrivate = kernel.optionalField("dentry", "d_fsdata");
        namespaceOperations = kernel.optionalField("ns_common", "ops");
        namespaceName = kernel.optionalField("proc_ns_operations", "name");
        // Since 6.9 the inode leads to the namespace; before, the dentry led to the namespace's operations.
        inodeKnowsNamespace = kernel.version().isAtLeast(6, 9);
        simple = kernel.addressOrZero("simple_dname");
        anonymous = kernel.addressOrZero("anon_inodefs_dname");
        pipe = kernel.addressOrZero("pipefs_dname");
        socket = kernel.addressOrZero("sockfs_dname");
        namespace = kernel.addressOrZero("ns_dname");
        process = kernel.addressOrZero("pidfs_dname");
    }

    /** Which file system makes up a dentry's name. */
    enum Origin {
        /** None: the name is the dentry's own. */
        DIRECTORY,
        SIMPLE,
        ANONYMOUS,
        PIPE,
        SOCKET,
        NAMESPACE,
        PROCESS,
        /** One this reader has no rule for. */
        OTHER
    }

    Origin origin(long dentry) {
        long table = operations.pointer(dentry);
        long function = table == 0 ? 0 : namer.pointer(table);
        if (function == 0) {
            return Origin.DIRECTORY;
        }
        if (function == simple) {
            return Origin.SIMPLE;
        }
        if (function == anonymous) {
            return Origin.ANONYMOUS;
        }
        if (function == pipe) {
            return Origin.PIPE;
        }
        if (function == socket) {
            return Origin.SOCKET;
        }
        if (function == namespace) {
            return Origin.NAMESPACE;
        }
        return function == process ? Origin.PROCESS : Origin.OTHER;
    }

    /** The whole name of a dentry that its file system makes up; null when it is found in a directory. */
    @Nullable
    String madeUp(long dentry) {
        return switch (origin(dentry)) {
            case DIRECTORY -> null;
            case SIMPLE -> "/" + own(dentry) + DELETED;
            case ANONYMOUS -> "anon_inode:" + own(dentry);
            case PIPE -> numbered("pipe", dentry);
            case SOCKET -> numbered("socket", dentry);
            case NAMESPACE -> numbered(namespaceKind(dentry), dentry);
            case PROCESS -> "anon_inode:[pidfd]";
            case OTHER -> own(dentry);
        };
    }

    /** The name the dentry itself holds. */
    String own(long dentry) {
        int bytes = (int) Math.min(length.unsigned(dentry), LONGEST_NAME);
        return new String(memory.readBytes(name.pointer(dentry), bytes), StandardCharsets.UTF_8);
    }

    private String numbered(String kind, long dentry) {
        return kind + ":[" + Long.toUnsignedString(inodeNumber.unsigned(inodeOf(dentry))) + "]";
    }

    private String namespaceKind(long dentry) {
        Optional<KernelField> source = inodeKnowsNamespace ? inodePrivate : dentryPrivate;
        if (namespaceName.isEmpty() || namespaceOperations.isEmpty() || source.isEmpty()) {
            throw unknown("ns_common has its operations");
        }
        long table = inodeKnowsNamespace
                ? namespaceOperations.get().pointer(source.get().pointer(inodeOf(dentry)))
                : source.get().pointer(dentry);
        return memory.readUtf8Lossy(namespaceName.get().pointer(table), LONGEST_NAME);
    }

    private long inodeOf(long dentry) {
        return inode.orElseThrow(() -> unknown("dentry has d_inode")).pointer(dentry);
    }

    private static MemflowException unknown(String what) {
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_FOUND,
                "Where struct %s is not known for this kernel, so a file that is named after it cannot be named."
                        .formatted(what));
    }
}
