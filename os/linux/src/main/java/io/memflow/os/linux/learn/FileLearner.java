package io.memflow.os.linux.learn;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Learns what a path is read from: {@code file, dentry, inode, vfsmount, mount} (include/linux/fs.h, dcache.h, mount.h,
 * fs/mount.h), beginning with the only pointer in a file to something that holds a name with its length. Confined.
 */
final class FileLearner {
    /** A dentry's members up to {@code d_sb}: sixteen words besides the inline name. */
    private static final int DENTRY_WORDS = 16;

    private static final int INLINE_NAME_BYTES = 64;
    /** A file's path and inode are among its first words. */
    private static final int FILE_WORDS = 24;

    private static final int INODE_WORDS = 32;
    /** {@code NAME_MAX}, include/uapi/linux/limits.h. */
    private static final int LONGEST_NAME = 255;
    /** In {@code struct dentry_operations} the tenth function, in the same order since 4.8 (include/linux/dcache.h). */
    private static final int D_DNAME = 9;
    /** {@code struct mount} begins with a hash node of two pointers, parent and mount point; then the vfsmount. */
    private static final int MOUNT_PARENT = 2;

    private static final int MOUNT_POINT = 3;
    private static final int MOUNT_VFSMOUNT = 4;

    private final KernelBytes source;
    private final Lesson lesson;
    private final Samples files;
    private final int word;
    private final int fileBytes;
    private final int dentryBytes;
    private final int inodeBytes;

    FileLearner(KernelBytes source, Lesson lesson, Collection<Long> files) {
        this.source = source;
        this.lesson = lesson;
        word = source.word();
        fileBytes = FILE_WORDS * word;
        dentryBytes = DENTRY_WORDS * word + INLINE_NAME_BYTES;
        inodeBytes = INODE_WORDS * word;
        this.files = new Samples(source, files, fileBytes);
    }

    private record Found(int pointer, int name, Ruling ruling) {}

    void learn() {
        List<Found> found = new ArrayList<>();
        for (Ruling pointer : files.words(
                0,
                fileBytes,
                1,
                (file, offset) -> Verdict.of(source.isAlignedKernel(files.word(file, offset))
                        && source.isReadable(files.word(file, offset))))) {
            addNames(pointer.offset(), found);
        }
        if (found.size() != 1) {
            lesson.undecide(
                    "file",
                    "f_path.dentry",
                    files.count() == 0
                            ? "no open file was found"
                            : found.size() + " pointers in it lead to something that has a name: "
                                    + found.stream().map(Found::pointer).toList());
            return;
        }
        Found only = found.getFirst();
        int dentry = only.pointer;
        lesson.take("file", "f_path.dentry", word, only.ruling.at(dentry));
        lesson.take("file", "f_path.mnt", word, only.ruling.at(dentry - word));
        dentry(only);
    }

    private void addNames(int pointer, List<Found> found) {
        Samples targets = targets(pointer, dentryBytes);
        for (Ruling name : targets.words(4 * word, 10 * word, 1, (target, offset) -> named(targets, target, offset))) {
            found.add(new Found(pointer, name.offset(), name));
        }
    }

    private Samples targets(int pointer, int bytes) {
        Set<Long> addresses = new LinkedHashSet<>();
        for (int file = 0; file < files.count(); file++) {
            addresses.add(files.word(file, pointer));
        }
        return new Samples(source, addresses, bytes);
    }

    /** {@code struct qstr}: a length right before the pointer to a string of just that length. */
    private Verdict named(Samples dentries, int dentry, int offset) {
        long length = dentries.number(dentry, offset - Integer.BYTES);
        long name = dentries.word(dentry, offset);
        if (length == 0 || length > LONGEST_NAME || !source.isKernel(name)) {
            return Verdict.DISAGREES;
        }
        // Names may have any byte but zero; most are ASCII.
        return Verdict.of(source.text(name, LONGEST_NAME + 1)
                .filter(text -> text.length() == length)
                .isPresent());
    }

    private void dentry(Found found) {
        Samples dentries = targets(found.pointer, dentryBytes);
        int name = found.name;
        // "struct hlist_bl_node d_hash; struct dentry *d_parent; struct qstr d_name; struct inode *d_inode"
        int parent = name - Long.BYTES - word;
        Ruling parents = dentries.judge(parent, (dentry, offset) -> {
            long up = dentries.word(dentry, offset);
            long length = source.number(up + name - Integer.BYTES);
            return Verdict.of(source.isAlignedKernel(up) && length > 0 && length <= LONGEST_NAME);
        });
        lesson.take("dentry", "d_name.name", word, found.ruling.at(name));
        lesson.take("dentry", "d_name.len", Integer.BYTES, found.ruling.at(name - Integer.BYTES));
        if (!parents.holds(1)) {
            lesson.undecide("dentry", "d_parent", "what lies before the name is no other dentry");
            return;
        }
        lesson.take("dentry", "d_parent", word, parents);
        lesson.neighbour("dentry", "d_hash.pprev", word, parents.at(parent - word));
        inode(found.pointer, name + word);
        mounts(found.pointer, dentries);
    }

    /** One inode in twenty may be damaged. */
    private static final int MOST_REPEATED_SHARE = 20;

    /** {@code file->f_inode} is what {@code file->f_path.dentry->d_inode} is. */
    private void inode(int pointer, int dentryInode) {
        List<Ruling> fitting = files.words(0, fileBytes, 1, (file, offset) -> {
            long inode = source.word(files.word(file, pointer) + dentryInode);
            return Verdict.of(inode != 0 && files.word(file, offset) == inode);
        });
        OptionalInt inode = lesson.decide("file", "f_inode", word, fitting);
        if (inode.isEmpty()) {
            return;
        }
        lesson.take("dentry", "d_inode", word, fitting.getFirst().at(dentryInode));
        Samples inodes = targets(inode.getAsInt(), inodeBytes);
        // "i_op, i_sb, i_mapping, [i_security], i_ino": the first that is no address, and another for each file of a
        // file
        // system. A System V segment can have the number 0.
        int mapping = mapping(inodes);
        List<Ruling> numbers = mapping == 0
                ? List.of()
                : inodes
                        .words(
                                mapping,
                                mapping + word,
                                1,
                                (sample, offset) -> Verdict.of(!source.isKernel(inodes.word(sample, offset))))
                        .stream()
                        .filter(ruling -> distinct(inodes, mapping - 2 * word, ruling.offset()))
                        .limit(1)
                        .toList();
        lesson.decide("inode", "i_ino", word, numbers);
    }

    /** The place behind {@code i_mapping}, which points into its own inode, right behind the superblock; 0 if not found. */
    private int mapping(Samples inodes) {
        List<Ruling> own = inodes.words(word, inodeBytes / 2, 1, (inode, offset) -> {
            long value = inodes.word(inode, offset) - inodes.address(inode);
            return Verdict.of(value > offset && value < 4L * inodeBytes);
        });
        return own.isEmpty() ? 0 : own.getFirst().offset() + word;
    }

    /** Whether no two inodes of one superblock have the same number. */
    private static boolean distinct(Samples inodes, int superblock, int number) {
        Map<Long, Set<Long>> numbers = new HashMap<>();
        int repeated = 0;
        for (int inode = 0; inode < inodes.count(); inode++) {
            Set<Long> own = numbers.computeIfAbsent(inodes.word(inode, superblock), ignored -> new HashSet<>());
            repeated += own.add(inodes.word(inode, number)) ? 0 : 1;
        }
        return repeated * MOST_REPEATED_SHARE <= inodes.count();
    }

    /** {@code vfsmount} begins {@code mnt_root, mnt_sb}; a dentry's superblock is that of its mount. */
    private void mounts(int pointer, Samples dentries) {
        long[] superblocks = new long[dentries.count()];
        Set<Long> mounts = new LinkedHashSet<>();
        for (int file = 0; file < files.count(); file++) {
            long mount = files.word(file, pointer - word);
            mounts.add(mount);
            int dentry = dentries.addresses().indexOf(files.word(file, pointer));
            superblocks[dentry] = source.word(mount + word);
        }
        List<Ruling> fitting = dentries.words(
                0,
                dentryBytes,
                1,
                (dentry, offset) ->
                        Verdict.of(superblocks[dentry] != 0 && dentries.word(dentry, offset) == superblocks[dentry]));
        OptionalInt superblock = lesson.decide("dentry", "d_sb", word, fitting);
        if (superblock.isEmpty()) {
            lesson.undecide("dentry", "d_op", "d_sb is not known");
            return;
        }
        lesson.neighbour("dentry", "d_op", word, fitting.getFirst().at(superblock.getAsInt() - word));
        lesson.neighbour(
                "dentry_operations", "d_dname", word, fitting.getFirst().at(D_DNAME * word));
        lesson.take("vfsmount", "mnt_root", word, fitting.getFirst().at(0));
        Samples vfsmounts = new Samples(
                source,
                mounts.stream()
                        .map(mount -> mount - (long) MOUNT_VFSMOUNT * word)
                        .toList(),
                8 * word);
        Ruling parents = vfsmounts.judge(MOUNT_PARENT * word, (mount, offset) -> {
            // The parent, or itself at the top, is a mount with a root whose superblock is its own.
            long up = vfsmounts.word(mount, offset);
            long root = source.word(up + (long) MOUNT_VFSMOUNT * word);
            return Verdict.of(source.isAlignedKernel(up)
                    && source.word(root + superblock.getAsInt()) == source.word(up + (MOUNT_VFSMOUNT + 1L) * word));
        });
        List<Ruling> sure = parents.holds(1) ? List.of(parents) : List.of();
        lesson.decide("mount", "mnt_parent", word, sure);
        lesson.decide(
                "mount",
                "mnt_mountpoint",
                word,
                sure.stream().map(ruling -> ruling.at(MOUNT_POINT * word)).toList());
        lesson.decide(
                "mount",
                "mnt",
                3 * word,
                sure.stream().map(ruling -> ruling.at(MOUNT_VFSMOUNT * word)).toList());
    }
}
