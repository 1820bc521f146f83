package io.memflow.os.linux.mount;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.MountInfo;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.file.PathReader;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Reads one {@code struct mount} (fs/mount.h) and the super block below it. Thread-safe. */
final class MountReader {
    /** {@code MNT_CURSOR}: a reader's place in the list, and no mount (include/linux/mount.h, 5.8 to 6.7). */
    private static final long CURSOR = 0x1000_0000L;
    /** {@code MINORBITS}, include/linux/kdev_t.h. */
    private static final int MINOR_BITS = 20;

    private static final int LONGEST_TEXT = 4096;
    private static final long LARGEST_ID = Integer.MAX_VALUE;

    private final MemoryView memory;
    private final PathReader paths;
    private final MountOptions options;
    private final KernelField inside;
    private final KernelField flags;
    private final KernelField root;
    private final KernelField superBlock;
    private final KernelField parent;
    private final KernelField id;
    private final KernelField source;
    private final KernelField device;
    private final KernelField type;
    private final Optional<KernelField> subtype;
    private final KernelField typeName;

    MountReader(Kernel kernel, PathReader paths) {
        this.paths = paths;
        memory = kernel.memory();
        options = new MountOptions(kernel);
        inside = kernel.field("mount", "mnt");
        flags = kernel.field("vfsmount", "mnt_flags");
        root = kernel.field("vfsmount", "mnt_root");
        superBlock = kernel.field("vfsmount", "mnt_sb");
        parent = kernel.field("mount", "mnt_parent");
        id = kernel.field("mount", "mnt_id");
        source = kernel.field("mount", "mnt_devname");
        device = kernel.field("super_block", "s_dev");
        type = kernel.field("super_block", "s_type");
        subtype = kernel.optionalField("super_block", "s_subtype");
        typeName = kernel.field("file_system_type", "name");
    }

    /** Whether an address can be that of a mount or a cursor. */
    boolean isReadable(long mount) {
        try {
            return id.unsigned(mount) <= LARGEST_ID && flags.unsigned(inside.at(mount)) >= 0;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    boolean isMount(long mount) {
        try {
            return (flags.unsigned(inside.at(mount)) & CURSOR) == 0;
        } catch (MemoryAccessException unreadable) {
            // The row itself will name what cannot be read.
            return true;
        }
    }

    /** The dentry that is the root of what is mounted. */
    long rootOf(long mount) {
        return root.pointer(inside.at(mount));
    }

    /**
     * The row of one mount.
     *
     * @param seenFrom virtual address of the {@code struct path} that mount points begin at; 0 for the namespace's top
     */
    MountInfo read(long mount, LongSupplier namespace, long seenFrom, String listedIn) {
        FieldReader fields = new FieldReader();
        long vfs = inside.at(mount);
        long block = fields.readOr("mnt_sb", 0L, () -> superBlock.pointer(vfs));
        return new MountInfo(
                mount,
                fields.read("ns.inum", namespace::getAsLong),
                fields.read("mnt_id", () -> (int) id.unsigned(mount)),
                fields.read("mnt_parent", () -> (int) id.unsigned(parent.pointer(mount))),
                block == 0 ? null : fields.read("s_dev", () -> device(device.unsigned(block))),
                fields.read("mnt_root", () -> paths.within(rootOf(mount))),
                fields.read("mount point", () -> paths.mounted(rootOf(mount), mount, seenFrom)),
                block == 0 ? null : fields.read("s_type", () -> typeOf(block)),
                fields.read("mnt_devname", () -> text(source.pointer(mount), "none")),
                fields.readOr("mnt_flags", List.of(), () -> options.ofMount((int) flags.unsigned(vfs))),
                fields.readOr("propagation", List.of(), () -> options.propagation(mount)),
                block == 0 ? List.of() : fields.readOr("s_flags", List.of(), () -> options.ofFileSystem(block)),
                fields.provenance(listedIn));
    }

    private static String device(long number) {
        return (number >>> MINOR_BITS) + ":" + (number & ((1 << MINOR_BITS) - 1));
    }

    private String typeOf(long block) {
        List<String> parts = new ArrayList<>();
        parts.add(text(typeName.pointer(type.pointer(block)), ""));
        long below = subtype.isPresent() ? subtype.get().pointer(block) : 0;
        if (below != 0) {
            parts.add(text(below, ""));
        }
        return String.join(".", parts);
    }

    private String text(long address, String otherwise) {
        return address == 0 ? otherwise : memory.readUtf8Lossy(address, LONGEST_TEXT);
    }
}
