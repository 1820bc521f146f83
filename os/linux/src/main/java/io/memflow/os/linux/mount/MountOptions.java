package io.memflow.os.linux.mount;

import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Options and propagation of mounts by their flags, in the order {@code /proc} prints them. Thread-safe. */
final class MountOptions {
    /** {@code MNT_READONLY}, include/linux/mount.h. */
    private static final int READ_ONLY = 0x40;
    /** {@code MNT_SHARED} and {@code MNT_UNBINDABLE}, up to 6.16. */
    private static final int SHARED = 0x1000;

    private static final int UNBINDABLE = 0x2000;
    /** {@code T_SHARED} and {@code T_UNBINDABLE} of {@code mnt_t_flags}, fs/mount.h since 6.17. */
    private static final int TYPE_SHARED = 1;

    private static final int TYPE_UNBINDABLE = 2;
    /** {@code SB_RDONLY}, include/linux/fs.h. */
    private static final int BLOCK_READ_ONLY = 1;

    private static final Map<Integer, String> OF_MOUNT = ordered(
            new int[] {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x80},
            "nosuid",
            "nodev",
            "noexec",
            "noatime",
            "nodiratime",
            "relatime",
            "nosymfollow");
    /** {@code SB_SYNCHRONOUS}, {@code SB_DIRSYNC}, {@code SB_MANDLOCK}, {@code SB_LAZYTIME}. */
    private static final Map<Integer, String> OF_FILE_SYSTEM =
            ordered(new int[] {1 << 4, 1 << 7, 1 << 6, 1 << 25}, "sync", "dirsync", "mand", "lazytime");

    private final KernelField flags;
    private final KernelField blockFlags;
    private final Optional<KernelField> typeFlags;
    private final KernelField group;
    private final KernelField master;

    MountOptions(Kernel kernel) {
        flags = kernel.field("mount", "mnt.mnt_flags");
        blockFlags = kernel.field("super_block", "s_flags");
        typeFlags = kernel.optionalField("mount", "mnt_t_flags");
        group = kernel.field("mount", "mnt_group_id");
        master = kernel.field("mount", "mnt_master");
    }

    List<String> ofMount(int bits) {
        return names(bits, READ_ONLY, OF_MOUNT);
    }

    List<String> ofFileSystem(long superBlock) {
        return names((int) blockFlags.unsigned(superBlock), BLOCK_READ_ONLY, OF_FILE_SYSTEM);
    }

    List<String> propagation(long mount) {
        boolean separate = typeFlags.isPresent();
        int bits = (int) (separate ? typeFlags.get().unsigned(mount) : flags.unsigned(mount));
        List<String> words = new ArrayList<>();
        if ((bits & (separate ? TYPE_SHARED : SHARED)) != 0) {
            words.add("shared:" + group.unsigned(mount));
        }
        long over = master.pointer(mount);
        if (over != 0) {
            words.add("master:" + group.unsigned(over));
        }
        if ((bits & (separate ? TYPE_UNBINDABLE : UNBINDABLE)) != 0) {
            words.add("unbindable");
        }
        return words;
    }

    private static List<String> names(int bits, int readOnly, Map<Integer, String> known) {
        List<String> names = new ArrayList<>();
        names.add((bits & readOnly) != 0 ? "ro" : "rw");
        known.forEach((bit, name) -> {
            if ((bits & bit) != 0) {
                names.add(name);
            }
        });
        return names;
    }

    private static Map<Integer, String> ordered(int[] bits, String... names) {
        Map<Integer, String> map = new LinkedHashMap<>();
        for (int i = 0; i < bits.length; i++) {
            map.put(bits[i], names[i]);
        }
        return map;
    }
}
