package io.memflow.os.linux.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Learns {@code task->fs} (include/linux/fs_struct.h): two paths side by side, the root and the current directory, each a
 * mount and a dentry of the file system that is mounted there. Confined.
 */
final class PlacesLearner {
    private static final String TASK = "task_struct";
    private static final String FS = "fs_struct";
    /** "fs, files, [io_uring,] nsproxy, signal", include/linux/sched.h. */
    private static final int BEFORE_SIGNAL = 6;

    private static final int FS_BYTES = 128;

    private final KernelBytes source;
    private final Lesson lesson;
    private final Samples tasks;
    private final int word;

    PlacesLearner(KernelBytes source, Lesson lesson, Samples tasks) {
        this.source = source;
        this.lesson = lesson;
        this.tasks = tasks;
        word = source.word();
    }

    private record Found(int pointer, int root, Ruling ruling) {}

    void learn() {
        OptionalInt signal = lesson.offset(TASK, "signal");
        OptionalInt superblock = lesson.offset("dentry", "d_sb");
        if (signal.isEmpty() || superblock.isEmpty()) {
            undecide("where struct task_struct has signal, or struct dentry its superblock, is not known");
            return;
        }
        List<Found> found = new ArrayList<>();
        int end = signal.getAsInt();
        for (int pointer = end - BEFORE_SIGNAL * word; pointer < end; pointer += word) {
            for (int at = 0; at < FS_BYTES; at += word) {
                int root = at;
                Ruling ruling = tasks.judge(pointer, (task, offset) -> {
                    long fs = tasks.word(task, offset);
                    return fs == 0
                            ? Verdict.SILENT
                            : Verdict.of(source.isAlignedKernel(fs)
                                    && isPath(fs + root, superblock.getAsInt())
                                    && isPath(fs + root + 2L * word, superblock.getAsInt()));
                });
                if (ruling.holds(3)) {
                    found.add(new Found(pointer, root, ruling));
                }
            }
        }
        if (found.size() != 1) {
            undecide(found.size() + " pointers shortly before task_struct.signal lead to two paths side by side");
            return;
        }
        Found only = found.getFirst();
        lesson.take(TASK, "fs", word, only.ruling.at(only.pointer));
        lesson.take(FS, "root", 2 * word, only.ruling.at(only.root));
        lesson.take(FS, "pwd", 2 * word, only.ruling.at(only.root + 2 * word));
    }

    private void undecide(String why) {
        lesson.undecide(TASK, "fs", why);
        lesson.undecide(FS, "root", why);
        lesson.undecide(FS, "pwd", why);
    }

    /** {@code struct path}: {@code vfsmount} begins with its root and its superblock. */
    private boolean isPath(long path, int superblock) {
        long mount = source.word(path);
        long dentry = source.word(path + word);
        if (!source.isAlignedKernel(mount) || !source.isAlignedKernel(dentry)) {
            return false;
        }
        long block = source.word(mount + word);
        return source.isAlignedKernel(block)
                && source.word(dentry + superblock) == block
                && source.word(source.word(mount) + superblock) == block;
    }
}
