package io.memflow.os.linux.learn;

import io.memflow.os.linux.structure.KernelVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

/**
 * Learns what an open file tells of itself: {@code f_flags, f_mode, f_pos} (include/linux/fs.h) and the type in
 * {@code inode->i_mode}. Confined.
 */
final class OpenFileLearner {
    private static final String FILE = "file";
    private static final int FILE_WORDS = 32;
    /** {@code FMODE_OPENED}, set in every file since 4.19 (include/linux/fs.h). */
    private static final long OPENED = 0x8_0000;
    /** {@code FMODE_READ} and {@code FMODE_WRITE} are the access mode of {@code open()} plus one: {@code OPEN_FMODE()}. */
    private static final long ACCESS = 3;
    /** {@code O_PATH}: such a file may be neither read nor written, whatever was asked for. */
    private static final long PATH_ONLY = 0x20_0000;
    /** No flag of {@code open()} is higher (include/uapi/asm-generic/fcntl.h, {@code FMODE_NONOTIFY}). */
    private static final long HIGHEST_FLAG = 0x800_0000;
    /** {@code S_IFMT}, {@code S_IFREG}, {@code S_IFDIR}: include/uapi/linux/stat.h. */
    private static final long TYPE = 0xF000;

    private static final long REGULAR = 0x8000;
    private static final long DIRECTORY = 0x4000;
    /** {@code i_mode} is among the first members of an inode. */
    private static final int FARTHEST_MODE = 32;
    /** {@code loff_t} of files that can be positioned at all; devices may stand anywhere. */
    private static final long FARTHEST_POSITION = 1L << 62;

    private final KernelBytes source;
    private final Lesson lesson;
    private final KernelVersion version;
    private final Samples files;
    private final Collection<Long> mapped;
    private final int word;

    /**
     * @param open open files
     * @param mapped files that programs map, nearly all regular ones
     */
    OpenFileLearner(
            KernelBytes source, Lesson lesson, KernelVersion version, Collection<Long> open, Collection<Long> mapped) {
        this.version = version;
        this.source = source;
        this.lesson = lesson;
        this.mapped = mapped;
        word = source.word();
        files = new Samples(source, open, FILE_WORDS * word);
    }

    void learn() {
        if (files.count() == 0) {
            for (String member : List.of("f_flags", "f_mode", "f_pos")) {
                lesson.undecide(FILE, member, "no open file was found");
            }
            return;
        }
        modes();
        types();
    }

    private record Pair(int flags, int mode, Ruling ruling) {}

    /** The two words of which one has the access in its lowest bits, and the other the same plus one. */
    private void modes() {
        List<Pair> found = new ArrayList<>();
        for (Ruling mode : files.numbers(
                0,
                files.size(),
                3,
                (file, at) -> Verdict.of((files.number(file, at) & OPENED) != 0 && small(file, at)))) {
            if (!varies(mode.offset())) {
                continue;
            }
            for (Ruling flags : files.numbers(0, files.size(), 3, (file, at) -> agree(file, at, mode.offset()))) {
                if (flags.offset() != mode.offset()) {
                    found.add(new Pair(flags.offset(), mode.offset(), flags));
                }
            }
        }
        List<Ruling> modes =
                found.stream().map(pair -> pair.ruling.at(pair.mode)).toList();
        OptionalInt mode = lesson.decide(FILE, "f_mode", Integer.BYTES, modes);
        lesson.decide(
                FILE, "f_flags", Integer.BYTES, found.stream().map(Pair::ruling).toList());
        if (mode.isPresent()) {
            position(mode.getAsInt());
        } else {
            lesson.undecide(FILE, "f_pos", "f_mode is not known");
        }
    }

    /** A pointer is no set of bits. */
    private boolean small(int file, int at) {
        return !source.isKernel(files.word(file, at / word * word));
    }

    private boolean varies(int mode) {
        return files.countOf(file -> (files.number(file, mode) & ACCESS) == 1) > 0
                && files.countOf(file -> (files.number(file, mode) & ACCESS) > 1) > 0;
    }

    private Verdict agree(int file, int at, int mode) {
        long flags = files.number(file, at);
        if (flags >= HIGHEST_FLAG) {
            return Verdict.DISAGREES;
        }
        if ((flags & PATH_ONLY) != 0) {
            return Verdict.SILENT;
        }
        return Verdict.of(((flags + 1) & ACCESS) == (files.number(file, mode) & ACCESS));
    }

    /**
     * {@code f_pos} lies behind {@code f_mode} and a mutex, whose list of waiters is empty and ends it. With
     * CONFIG_PREEMPT_RT the mutex has no list, and the place is not taken.
     */
    private void position(int mode) {
        int first = mode + Integer.BYTES + word;
        int last = first + 2 * Integer.BYTES + word;
        List<Ruling> lists = files.words(
                (first + word - 1) / word * word,
                last,
                3,
                (file, at) -> Verdict.of(files.word(file, at) == files.address(file) + at
                        && files.word(file, at + word) == files.address(file) + at));
        List<Ruling> fitting = lists.stream()
                .limit(1)
                .map(list -> files.judge(list.offset() + 2 * word, (file, at) -> {
                    long position = files.quad(file, at);
                    return Verdict.of(position >= 0 && position < FARTHEST_POSITION);
                }))
                .filter(ruling -> ruling.holds(3))
                .toList();
        lesson.decide(FILE, "f_pos", Long.BYTES, fitting);
    }

    /** Parents of files are directories; what programs map are regular files. */
    private void types() {
        OptionalInt dentry = lesson.offset(FILE, "f_path.dentry");
        OptionalInt parent = lesson.offset("dentry", "d_parent");
        OptionalInt inode = lesson.offset("dentry", "d_inode");
        if (dentry.isEmpty() || parent.isEmpty() || inode.isEmpty()) {
            lesson.undecide("inode", "i_mode", "d_parent and d_inode of struct dentry are not known");
            return;
        }
        List<Long> inodes = new ArrayList<>();
        List<Long> types = new ArrayList<>();
        for (long file : mapped) {
            long own = source.word(file + dentry.getAsInt());
            long above = source.word(own + parent.getAsInt());
            if (above != own && !inodes.contains(source.word(own + inode.getAsInt()))) {
                inodes.add(source.word(own + inode.getAsInt()));
                types.add(REGULAR);
                inodes.add(source.word(above + inode.getAsInt()));
                types.add(DIRECTORY);
            }
        }
        Samples samples = new Samples(source, inodes, FARTHEST_MODE + Integer.BYTES);
        List<Ruling> fitting = samples.numbers(
                0,
                FARTHEST_MODE,
                2,
                (sample, at) -> Verdict.of((samples.number(sample, at) & TYPE) == types.get(sample)));
        OptionalInt mode = lesson.decide("inode", "i_mode", Short.BYTES, fitting);
        if (mode.isPresent() && !version.isAtLeast(6, 13)) {
            // "umode_t i_mode; unsigned short i_opflags; kuid_t i_uid" up to 6.12 at least, include/linux/fs.h.
            lesson.neighbour(
                    "inode", "i_uid.val", Integer.BYTES, fitting.getFirst().at(mode.getAsInt() + Integer.BYTES));
        }
    }
}
