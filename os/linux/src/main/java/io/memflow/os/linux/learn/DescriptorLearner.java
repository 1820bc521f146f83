package io.memflow.os.linux.learn;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Learns {@code task->files->fdt} (include/linux/fdtable.h): the only pointer shortly before {@code signal} that leads to a
 * table in which just those slots hold files whose bits are set. Confined.
 */
final class DescriptorLearner {
    private static final String TASK = "task_struct";
    private static final String TABLE = "fdtable";
    /** "fs, files, [io_uring,] nsproxy, signal", include/linux/sched.h. */
    private static final int BEFORE_SIGNAL = 6;
    /** {@code fdt} is among the first words of {@code files_struct}, behind a wait queue's head. */
    private static final int FILES_WORDS = 16;
    /** {@code max_fds, fd, close_on_exec, open_fds}, in this order since 3.4. */
    private static final int TABLE_WORDS = 4;

    private static final int POINTERS = 1;
    private static final int CLOSING = 2;
    private static final int OPEN = 3;
    /** {@code fs.nr_open} may be set higher; a table as large as this is none that many processes have. */
    private static final long MOST_DESCRIPTORS = 1L << 24;
    /** So many slots of each table are looked at, and so many files are learned from. */
    private static final int LOOKED_AT = 256;

    private static final int MOST_FILES = 4 * Samples.MOST;

    private final KernelBytes source;
    private final Lesson lesson;
    private final Samples tasks;
    private final int word;

    DescriptorLearner(KernelBytes source, Lesson lesson, Samples tasks) {
        this.source = source;
        this.lesson = lesson;
        this.tasks = tasks;
        word = source.word();
    }

    private record Found(int pointer, int table, Ruling ruling) {}

    /** What {@link #isFile} asks for. */
    private record FilePlaces(int dentry, int inode, int dentryInode) {}

    /** Learns, and gives the virtual addresses of open files; none when the tables were not found. */
    Set<Long> learn() {
        OptionalInt signal = lesson.offset(TASK, "signal");
        OptionalInt dentry = lesson.offset("file", "f_path.dentry");
        OptionalInt inode = lesson.offset("file", "f_inode");
        OptionalInt dentryInode = lesson.offset("dentry", "d_inode");
        if (signal.isEmpty() || dentry.isEmpty() || inode.isEmpty() || dentryInode.isEmpty()) {
            undecide("where struct task_struct has signal, or struct file its path and inode, is not known");
            return Set.of();
        }
        FilePlaces places = new FilePlaces(dentry.getAsInt(), inode.getAsInt(), dentryInode.getAsInt());
        List<Found> found = new ArrayList<>();
        int end = signal.getAsInt();
        for (int pointer = end - BEFORE_SIGNAL * word; pointer < end; pointer += word) {
            addTables(pointer, places, found);
        }
        if (found.size() != 1) {
            undecide(
                    found.isEmpty()
                            ? "no pointer shortly before task_struct.signal leads to a table of files"
                            : found.size() + " pointers lead to tables of files");
            return Set.of();
        }
        Found only = found.getFirst();
        take(only);
        return files(only, places);
    }

    private void undecide(String why) {
        lesson.undecide(TASK, "files", why);
        lesson.undecide("files_struct", "fdt", why);
        lesson.undecide(TABLE, "max_fds", why);
    }

    private void take(Found only) {
        lesson.take(TASK, "files", word, only.ruling.at(only.pointer));
        lesson.take("files_struct", "fdt", word, only.ruling.at(only.table));
        lesson.take(TABLE, "max_fds", Integer.BYTES, only.ruling.at(0));
        lesson.take(TABLE, "fd", word, only.ruling.at(POINTERS * word));
        lesson.neighbour(TABLE, "close_on_exec", word, only.ruling.at(CLOSING * word));
        lesson.take(TABLE, "open_fds", word, only.ruling.at(OPEN * word));
    }

    private void addTables(int pointer, FilePlaces places, List<Found> found) {
        for (int at = 0; at < FILES_WORDS * word; at += word) {
            int table = at;
            Ruling ruling = tasks.judge(pointer, (task, offset) -> {
                long files = tasks.word(task, offset);
                // A zombie has let go of its files.
                return files == 0 ? Verdict.SILENT : table(files, table, places);
            });
            if (ruling.holds(1)) {
                found.add(new Found(pointer, table, ruling));
            }
        }
    }

    private Verdict table(long files, int at, FilePlaces places) {
        if (!source.isAlignedKernel(files)) {
            return Verdict.DISAGREES;
        }
        long table = source.word(files + at);
        if (!source.isAlignedKernel(table)) {
            return Verdict.DISAGREES;
        }
        MemorySegment header = source.copy(table, TABLE_WORDS * word);
        long count = source.number(header, 0);
        long slots = source.word(header, POINTERS * word);
        long open = source.word(header, OPEN * word);
        if (count == 0
                || count > MOST_DESCRIPTORS
                || count % ((long) word * Byte.SIZE) != 0
                || !source.isAlignedKernel(slots)
                || !source.isAlignedKernel(open)
                || !source.isAlignedKernel(source.word(header, CLOSING * word))) {
            return Verdict.DISAGREES;
        }
        return slots(slots, source.word(open), places);
    }

    /** The first word of bits: the slots of the others are empty. */
    private Verdict slots(long slots, long bits, FilePlaces places) {
        int count = word * Byte.SIZE;
        MemorySegment array = source.copy(slots, count * word);
        boolean any = false;
        for (int slot = 0; slot < count; slot++) {
            long file = source.word(array, slot * word);
            boolean isOpen = (bits >>> slot & 1) != 0;
            if (file != 0 && (!isOpen || !isFile(file, places))) {
                return Verdict.DISAGREES;
            }
            any |= file != 0;
        }
        return any ? Verdict.AGREES : Verdict.SILENT;
    }

    /** An open file's inode is that of its dentry. */
    private boolean isFile(long file, FilePlaces places) {
        long inode = source.word(file + places.inode);
        return source.isAlignedKernel(file)
                && source.isAlignedKernel(inode)
                && source.word(source.word(file + places.dentry) + places.dentryInode) == inode;
    }

    private Set<Long> files(Found found, FilePlaces places) {
        Set<Long> files = new LinkedHashSet<>();
        Set<Long> tables = new LinkedHashSet<>();
        for (int task = 0; task < tasks.count() && files.size() < MOST_FILES; task++) {
            long owner = tasks.word(task, found.pointer);
            long table = owner == 0 ? 0 : source.word(owner + found.table);
            if (table != 0 && tables.add(table)) {
                int count = (int) Math.min(source.number(table), LOOKED_AT);
                MemorySegment array = source.copy(source.word(table + (long) POINTERS * word), count * word);
                for (int slot = 0; slot < count; slot++) {
                    long file = source.word(array, slot * word);
                    if (file != 0 && isFile(file, places)) {
                        files.add(file);
                    }
                }
            }
        }
        return files;
    }
}
