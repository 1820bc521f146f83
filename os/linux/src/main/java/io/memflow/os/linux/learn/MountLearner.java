package io.memflow.os.linux.learn;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Learns {@code struct mount} and {@code struct mnt_namespace} (fs/mount.h) up to 6.7, and {@code struct super_block}
 * (include/linux/fs.h): a mount points to its namespace, and is on that namespace's list; a superblock bears the number
 * its type of file system is known by. Confined.
 */
final class MountLearner {
    private static final String MOUNT = "mount";
    private static final String BLOCK = "super_block";
    private static final int MOUNT_BYTES = 512;
    private static final int NAMESPACE_BYTES = 256;
    private static final int BLOCK_BYTES = 256;
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_DEVICE = 256;
    private static final int MOST_MOUNTS = 100_000;
    /** More places than this fit on purpose only. */
    private static final int MOST_PLACES = 64;
    /** More mounts than any machine has would need a higher id. */
    private static final long LARGEST_ID = 1 << 24;
    /** {@code s_magic} by name of the type: include/uapi/linux/magic.h. */
    private static final Map<String, Long> MAGIC = Map.of(
            "proc", 0x9FA0L,
            "sysfs", 0x6265_6572L,
            "tmpfs", 0x0102_1994L,
            "ramfs", 0x8584_58F6L,
            "devpts", 0x1CD1L,
            "cgroup2", 0x6367_7270L,
            "sockfs", 0x534F_434BL,
            "pipefs", 0x5049_5045L,
            "ext4", 0xEF53L,
            "overlay", 0x794C_7630L);

    /** {@code SB_ACTIVE}, include/linux/fs.h. */
    private static final long ACTIVE = 1L << 30;

    private final KernelBytes source;
    private final Lesson lesson;
    private final int word;
    private final Set<Long> mounts = new LinkedHashSet<>();

    /**
     * @param files open and mapped files
     */
    MountLearner(KernelBytes source, Lesson lesson, Collection<Long> files) {
        this.source = source;
        this.lesson = lesson;
        word = source.word();
        OptionalInt pointer = lesson.offset("file", "f_path.mnt");
        OptionalInt inside = lesson.offset(MOUNT, "mnt");
        for (long file : files) {
            if (pointer.isPresent() && inside.isPresent()) {
                mounts.add(source.word(file + pointer.getAsInt()) - inside.getAsInt());
            }
        }
    }

    void learn() {
        OptionalInt inside = lesson.offset(MOUNT, "mnt");
        OptionalInt number = lesson.offset("mnt_namespace", "ns.inum");
        if (inside.isEmpty() || number.isEmpty() || mounts.isEmpty()) {
            undecide("where struct mount has its vfsmount, or a mount namespace its number, is not known");
            return;
        }
        namespaces(inside.getAsInt());
        superBlocks(inside.getAsInt());
    }

    private void undecide(String why) {
        lesson.undecide(MOUNT, "mnt_list", why);
        lesson.undecide("mnt_namespace", "list", why);
        lesson.undecide(BLOCK, "s_type", why);
    }

    private record Found(int namespace, int link, int head, Ruling ruling) {
        /** Bytes that both places lie farther than another's, if they do so alike; 0 otherwise. */
        int behind(Found other) {
            int apart = namespace - other.namespace;
            return head == other.head && apart == link - other.link ? apart : 0;
        }
    }

    /** The namespace a mount points to, and its list, on which the mount is, and only mounts with that namespace. */
    private void namespaces(int inside) {
        Samples samples = new Samples(source, mounts, MOUNT_BYTES);
        Set<Long> namespaces = namespaces();
        List<Found> all = new ArrayList<>();
        for (Ruling pointer : samples.words(
                inside,
                samples.size(),
                1,
                (mount, at) -> namespaces.contains(samples.word(mount, at)) ? Verdict.AGREES : Verdict.SILENT)) {
            for (int head = 0; head < NAMESPACE_BYTES; head += word) {
                addLists(samples, pointer, head, inside, all);
            }
        }
        List<Found> found = withoutNextObjects(all);
        if (found.size() != 1) {
            String why = found.size() + " lists of a mount namespace have all its mounts (since 6.8 it is a tree)";
            lesson.undecide(MOUNT, "mnt_list", why);
            lesson.undecide("mnt_namespace", "list", why);
            return;
        }
        Found only = found.getFirst();
        Ruling ruling = only.ruling;
        lesson.take("mnt_namespace", "list", 2 * word, ruling.at(only.head));
        lesson.take(MOUNT, "mnt_list", 2 * word, ruling.at(only.link));
        lesson.take(MOUNT, "mnt_ns", word, ruling.at(only.namespace));
        // "mnt_master, mnt_ns": neighbours since 2.6.16. "mnt_devname, mnt_list" likewise.
        lesson.neighbour(MOUNT, "mnt_master", word, ruling.at(only.namespace - word));
        members(only, inside);
    }

    /**
     * A slab packs its objects. Where none of those that are known lie side by side, one is looked at together with the
     * beginning of the next, which fits as well.
     */
    private static List<Found> withoutNextObjects(List<Found> all) {
        if (all.size() > MOST_PLACES) {
            return all;
        }
        Set<Integer> distances = new HashSet<>();
        all.forEach(one -> all.forEach(other -> distances.add(one.behind(other))));
        distances.removeIf(distance -> distance <= 0);
        return all.stream()
                .filter(one -> all.stream()
                        .noneMatch(
                                other -> one.head == other.head && distances.contains(one.namespace - other.namespace)))
                .toList();
    }

    private Set<Long> namespaces() {
        Set<Long> namespaces = new HashSet<>();
        OptionalInt proxy = lesson.offset("task_struct", "nsproxy");
        OptionalInt member = lesson.offset("nsproxy", "mnt_ns");
        OptionalInt tasks = lesson.offset("task_struct", "tasks");
        Long idle = lesson.landmarks().get("init_task");
        if (proxy.isEmpty() || member.isEmpty() || tasks.isEmpty() || idle == null) {
            return namespaces;
        }
        long task = idle;
        for (int i = 0; i < Samples.MOST; i++) {
            long own = source.word(task + proxy.getAsInt());
            namespaces.add(own == 0 ? 0 : source.word(own + member.getAsInt()));
            task = source.word(task + tasks.getAsInt()) - tasks.getAsInt();
            if (task == idle) {
                break;
            }
        }
        namespaces.remove(0L);
        return namespaces;
    }

    private void addLists(Samples samples, Ruling pointer, int head, int inside, List<Found> found) {
        int namespaceAt = pointer.offset();
        int first = samples.count() == 0 ? -1 : firstWithNamespace(samples, namespaceAt);
        if (first < 0) {
            return;
        }
        long namespace = samples.word(first, namespaceAt);
        long list = namespace + head;
        long link = source.word(list);
        if (!source.isAlignedKernel(link) || link == list || source.word(link + word) != list) {
            return;
        }
        for (int at = inside; at < namespaceAt; at += word) {
            Ruling ruling = onList(list, at, namespaceAt, namespace);
            if (ruling.holds(1)) {
                found.add(new Found(namespaceAt, at, head, ruling));
            }
        }
    }

    private static int firstWithNamespace(Samples samples, int namespaceAt) {
        for (int mount = 0; mount < samples.count(); mount++) {
            if (samples.word(mount, namespaceAt) != 0) {
                return mount;
            }
        }
        return -1;
    }

    /** Whether a list's entries, less an offset, are mounts of the namespace. */
    private Ruling onList(long list, int at, int namespaceAt, long namespace) {
        int agreed = 0;
        int disagreed = 0;
        long link = source.word(list);
        for (int i = 0; i < MOST_MOUNTS && link != list && disagreed <= agreed / Ruling.TOLERANCE; i++) {
            boolean fits = source.word(link - at + namespaceAt) == namespace;
            agreed += fits ? 1 : 0;
            disagreed += fits ? 0 : 1;
            link = source.word(link);
        }
        return new Ruling(at, agreed, link == list ? disagreed : agreed + 1);
    }

    /** {@code mnt_devname} lies right before the list, the id and the group's behind the namespace. */
    private void members(Found found, int inside) {
        Set<Long> listed = listed(found);
        Samples samples = new Samples(source, listed, MOUNT_BYTES);
        Ruling names = samples.judge(found.link - word, (mount, at) -> {
            long name = samples.word(mount, at);
            return name == 0
                    ? Verdict.SILENT
                    : Verdict.of(source.isKernel(name)
                            && source.text(name, LONGEST_DEVICE).isPresent());
        });
        lesson.decide(MOUNT, "mnt_devname", word, names.holds(1) ? List.of(names) : List.of());
        Ruling flags = new Ruling(inside + 2 * word, names.agreed(), names.disagreed());
        // "mnt_root, mnt_sb, mnt_flags", include/linux/mount.h.
        lesson.neighbour(MOUNT, "mnt.mnt_flags", Integer.BYTES, flags);
        lesson.neighbour("vfsmount", "mnt_flags", Integer.BYTES, flags.at(2 * word));
        lesson.neighbour("vfsmount", "mnt_sb", word, flags.at(word));
        List<Ruling> ids = samples
                .numbers(found.namespace + word, samples.size(), 1, (mount, at) -> {
                    long id = samples.number(mount, at);
                    return Verdict.of(id > 0 && id < LARGEST_ID);
                })
                .stream()
                .filter(ruling -> isDistinct(samples, ruling.offset()))
                .toList();
        OptionalInt id = lesson.decide(MOUNT, "mnt_id", Integer.BYTES, ids);
        if (id.isPresent()) {
            // "int mnt_id; int mnt_group_id".
            lesson.neighbour(
                    MOUNT, "mnt_group_id", Integer.BYTES, ids.getFirst().at(id.getAsInt() + Integer.BYTES));
        } else {
            lesson.undecide(MOUNT, "mnt_group_id", "mnt_id is not known");
        }
    }

    private Set<Long> listed(Found found) {
        Set<Long> listed = new LinkedHashSet<>();
        for (long namespace : namespaces()) {
            long list = namespace + found.head;
            long link = source.word(list);
            for (int i = 0; i < Samples.MOST && link != list && source.isAlignedKernel(link); i++) {
                // Readers of the list leave cursors on it, which are no mounts.
                if (source.word(link - found.link + found.namespace) == namespace) {
                    listed.add(link - found.link);
                }
                link = source.word(link);
            }
        }
        return listed;
    }

    private static boolean isDistinct(Samples samples, int offset) {
        Set<Long> seen = new HashSet<>();
        for (int sample = 0; sample < samples.count(); sample++) {
            seen.add(samples.number(sample, offset));
        }
        return seen.size() == samples.count();
    }

    /**
     * {@code s_list, s_dev} begin a superblock. Its type has a name, and by that name its magic number is known; around
     * that lie the flags and the root: "s_flags, s_iflags, s_magic, s_root".
     */
    private void superBlocks(int inside) {
        Set<Long> blocks = new LinkedHashSet<>();
        mounts.forEach(mount -> blocks.add(source.word(mount + inside + word)));
        Samples samples = new Samples(source, blocks, BLOCK_BYTES);
        List<Ruling> types = samples
                .words(
                        2 * word,
                        samples.size(),
                        1,
                        (block, at) -> Verdict.of(typeName(samples.word(block, at)) != null))
                .stream()
                .filter(ruling -> hasMagic(samples, ruling.offset()))
                .toList();
        OptionalInt type = lesson.decide(BLOCK, "s_type", word, types);
        if (type.isEmpty()) {
            lesson.undecide(BLOCK, "s_flags", "the superblock's type is not known");
            lesson.undecide(BLOCK, "s_dev", "the superblock's type is not known");
            return;
        }
        lesson.take("file_system_type", "name", word, types.getFirst().at(0));
        lesson.neighbour(BLOCK, "s_dev", Integer.BYTES, types.getFirst().at(2 * word));
        List<Ruling> magic =
                samples.words(0, samples.size(), 1, (block, at) -> magic(samples, block, at, type.getAsInt()));
        List<Ruling> flags = magic.stream()
                .map(ruling -> samples.judge(
                        ruling.offset() - 2 * word, (block, at) -> Verdict.of((samples.word(block, at) & ACTIVE) != 0)))
                .filter(ruling -> ruling.holds(1))
                .toList();
        lesson.decide(BLOCK, "s_flags", word, flags);
    }

    private @Nullable String typeName(long type) {
        return source.isAlignedKernel(type) && source.isKernel(source.word(type))
                ? source.text(source.word(type), LONGEST_NAME).orElse(null)
                : null;
    }

    private boolean hasMagic(Samples blocks, int type) {
        return !blocks.words(0, blocks.size(), 1, (block, at) -> magic(blocks, block, at, type))
                .isEmpty();
    }

    private Verdict magic(Samples blocks, int block, int at, int type) {
        String name = typeName(blocks.word(block, type));
        Long magic = name == null ? null : MAGIC.get(name);
        return magic == null ? Verdict.SILENT : Verdict.of(blocks.word(block, at) == magic);
    }
}
