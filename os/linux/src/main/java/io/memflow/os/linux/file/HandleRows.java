package io.memflow.os.linux.file;

import io.memflow.core.os.FieldReader;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.HandleInfo.Access;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.linux.file.DescriptorTable.Descriptor;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the rows of {@code /proc/PID/fd} and {@code /proc/PID/fdinfo}. Thread-safe. */
public final class HandleRows {
    private static final String TABLE = "descriptor-table";
    private static final String FS = "fs-struct";
    /** {@code FMODE_READ}, {@code FMODE_WRITE}: include/linux/fs.h. */
    private static final int READ = 1;

    private static final int WRITE = 2;
    /** {@code O_CLOEXEC}: include/uapi/asm-generic/fcntl.h, the same on all supported architectures. */
    private static final long CLOSE_ON_EXEC = 0x8_0000;

    private final DescriptorTable table;
    private final PathReader paths;
    private final HandleKinds kinds;
    private final WhenKnown<KernelField> flags;
    private final WhenKnown<KernelField> mode;
    private final WhenKnown<KernelField> position;
    private final WhenKnown<Places> places;

    /** Where a task keeps its root and current directory. */
    private record Places(KernelField owner, KernelField root, KernelField currentDirectory) {}

    public HandleRows(Kernel kernel, PathReader paths) {
        this.paths = paths;
        table = new DescriptorTable(kernel);
        kinds = new HandleKinds(kernel, paths);
        flags = new WhenKnown<>(() -> kernel.field("file", "f_flags"));
        mode = new WhenKnown<>(() -> kernel.field("file", "f_mode"));
        position = new WhenKnown<>(() -> kernel.field("file", "f_pos"));
        places = new WhenKnown<>(() -> new Places(
                kernel.field("task_struct", "fs"),
                kernel.field("fs_struct", "root"),
                kernel.field("fs_struct", "pwd")));
    }

    /**
     * The open files of one process.
     *
     * @param task virtual address of a thread that has not ended
     */
    public Listing<HandleInfo> handles(long task, int pid) {
        DescriptorTable.Found found = table.read(task);
        List<HandleInfo> rows = new ArrayList<>();
        found.descriptors().forEach(descriptor -> rows.add(row(descriptor, pid)));
        return new Listing<>(rows, found.missing());
    }

    private HandleInfo row(Descriptor descriptor, int pid) {
        FieldReader fields = new FieldReader();
        long file = descriptor.file();
        Long given = fields.read("f_flags", () -> flags.get().unsigned(file) & ~CLOSE_ON_EXEC);
        Long shown = given == null || descriptor.onExec() == DescriptorTable.OnExec.KEPT
                ? given
                : Long.valueOf(given | CLOSE_ON_EXEC);
        return new HandleInfo(
                file,
                pid,
                descriptor.number(),
                fields.read("kind", () -> kinds.read(file)),
                fields.read("path", () -> paths.path(file)),
                fields.read("f_mode", () -> access((int) mode.get().unsigned(file))),
                fields.read("f_pos", () -> position.get().signed(file)),
                shown,
                fields.read("i_ino", () -> paths.inode(file)),
                fields.provenance(TABLE));
    }

    private static Access access(int mode) {
        return switch (mode & (READ | WRITE)) {
            case READ -> Access.READ;
            case WRITE -> Access.WRITE;
            case READ | WRITE -> Access.READ_WRITE;
            default -> Access.NONE;
        };
    }

    /**
     * Where one process stands in the file systems.
     *
     * @param task virtual address of a thread that has not ended
     * @param executable what {@code mm->exe_file} names, or null
     */
    public Listing<ProcessPlaces> places(long task, int pid, @Nullable String executable) {
        FieldReader fields = new FieldReader();
        Places known = places.get();
        long own = fields.readOr("fs", 0L, () -> known.owner.pointer(task));
        String directory = own == 0 ? null : fields.read("fs->pwd", () -> paths.placed(known.currentDirectory.at(own)));
        String top = own == 0 ? null : fields.read("fs->root", () -> paths.placed(known.root.at(own)));
        return new Listing<>(
                List.of(new ProcessPlaces(pid, executable, directory, top, fields.provenance(FS))), List.of());
    }
}
