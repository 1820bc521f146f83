package io.memflow.os.linux.file;

import io.memflow.core.os.HandleInfo.Kind;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.formats.openfile.OpenFileKinds;
import io.memflow.os.linux.structure.Kernel;

/** What an open file is: by the file system that names it, else by its inode's mode. Thread-safe. */
final class HandleKinds {
    private final PathReader paths;
    private final KernelField fileInode;
    private final WhenKnown<KernelField> mode;

    HandleKinds(Kernel kernel, PathReader paths) {
        this.paths = paths;
        fileInode = kernel.field("file", "f_inode");
        mode = new WhenKnown<>(() -> kernel.field("inode", "i_mode"));
    }

    /** The kind of the {@code struct file} at a virtual address. */
    Kind read(long file) {
        return switch (paths.origin(file)) {
            case ANONYMOUS -> OpenFileKinds.byAnonymousName(String.valueOf(paths.specialName(file)));
            case PROCESS -> Kind.PIDFD;
            case NAMESPACE -> Kind.NAMESPACE;
            case DIRECTORY, SIMPLE, PIPE, SOCKET, OTHER -> byMode(file);
        };
    }

    private Kind byMode(long file) {
        return OpenFileKinds.byMode((int) mode.get().unsigned(fileInode.pointer(file)));
    }
}
