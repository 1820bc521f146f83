package io.memflow.os.linux.learn;

import io.memflow.core.structure.StructureLayout;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.translate.Translation;
import io.memflow.os.linux.region.VmaSource;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelVersion;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Learns {@code mm_struct} (include/linux/mm_types.h): the root table that maps what the kernel's own does, the eleven
 * marks of a program's parts, and the tree or list of its regions. Confined.
 */
final class SpaceLearner {
    private static final String MM = "mm_struct";
    private static final int MM_BYTES = 3072;
    /** From {@code start_code} to {@code env_end}, in the order declared. */
    private static final List<String> MARKS = List.of(
            "start_code",
            "end_code",
            "start_data",
            "end_data",
            "start_brk",
            "brk",
            "start_stack",
            "arg_start",
            "arg_end",
            "env_start",
            "env_end");

    /** The regions' tree or list is among the first members. */
    private static final int FARTHEST_TREE = 256;

    /** Regions are made of pages, of at least this many bytes on every machine. */
    private static final int SMALLEST_PAGE = 4096;

    private static final int START_BRK = 4;
    private static final int START_STACK = 6;
    private static final int MOST_REGIONS = 1 << 16;
    /** {@code MAPLE_NODE_SLOTS} less what the header takes: include/linux/maple_tree.h, for 64 and 32 bits. */
    private static final int RANGE_SLOTS_64 = 16;
    /** A node has 256 bytes on both. */
    private static final int NODE_WORDS_64 = 32;

    private static final int ALLOCATION_SLOTS_64 = 10;
    private static final int RANGE_SLOTS_32 = 32;
    private static final int ALLOCATION_SLOTS_32 = 21;

    private final KernelBytes source;
    private final Lesson lesson;
    private final KernelVersion version;
    private final SymbolTable symbols;
    private final Samples spaces;
    private final int word;

    SpaceLearner(KernelBytes source, Lesson lesson, KernelVersion version, SymbolTable symbols, Samples tasks) {
        this.source = source;
        this.lesson = lesson;
        this.version = version;
        this.symbols = symbols;
        word = source.word();
        Set<Long> addresses = new LinkedHashSet<>();
        OptionalInt mm = lesson.offset("task_struct", "mm");
        for (int task = 0; mm.isPresent() && task < tasks.count(); task++) {
            addresses.add(tasks.word(task, mm.getAsInt()));
        }
        addresses.remove(0L);
        spaces = new Samples(source, addresses, MM_BYTES);
    }

    /** The address spaces that are looked at. */
    Samples spaces() {
        return spaces;
    }

    /** Regions of all address spaces, with the number of the space each belongs to. */
    record Regions(List<Long> addresses, List<Integer> spaces) {}

    /** Learns; empty regions when they could not be found. */
    Regions learn() {
        if (spaces.count() == 0) {
            lesson.undecide(MM, "pgd", "no process with memory of its own was found");
            return new Regions(List.of(), List.of());
        }
        lesson.decide(MM, "pgd", word, spaces.words(0, MM_BYTES, 1, this::isRootTable));
        List<Ruling> marks = spaces.words(0, spaces.size() - MARKS.size() * word, 1, this::areMarks);
        for (int i = 0; i < MARKS.size(); i++) {
            int at = i * word;
            lesson.decide(
                    MM,
                    MARKS.get(i),
                    word,
                    marks.stream()
                            .map(ruling -> ruling.at(ruling.offset() + at))
                            .toList());
        }
        if (marks.size() != 1) {
            lesson.undecide(MM, "mm_mt.ma_root", "the marks of the programs' parts are not known");
            return new Regions(List.of(), List.of());
        }
        return regions(marks.getFirst().offset());
    }

    private Verdict isRootTable(int space, int offset) {
        long table = spaces.word(space, offset);
        Translation own = new Translation();
        Translation through = new Translation();
        if (!source.isAlignedKernel(table) || !source.memory().translate(table, own)) {
            return Verdict.DISAGREES;
        }
        source.memory().translate(spaces.address(space), through);
        long expected = through.physical();
        return Verdict.of(source.memory().withRoot(own.physical()).translate(spaces.address(space), through)
                && through.physical() == expected);
    }

    private Verdict areMarks(int space, int offset) {
        long[] marks = new long[MARKS.size()];
        for (int i = 0; i < marks.length; i++) {
            marks[i] = spaces.word(space, offset + i * word);
            if (marks[i] == 0 || source.isKernel(marks[i])) {
                return Verdict.DISAGREES;
            }
        }
        boolean program = marks[0] < marks[1] && marks[2] <= marks[3] && marks[START_BRK] <= marks[START_BRK + 1];
        boolean strings =
                marks[START_STACK] <= marks[7] && marks[7] < marks[8] && marks[8] <= marks[9] && marks[9] <= marks[10];
        return Verdict.of(program && strings);
    }

    /** Since 6.1 the tree {@code mm_mt}, before the list {@code mmap}: each place is tried with the reader of that structure. */
    private Regions regions(int marks) {
        boolean tree = version.isAtLeast(6, 1);
        List<Ruling> fitting = new ArrayList<>();
        List<Regions> found = new ArrayList<>();
        for (int offset = 0; offset < Math.min(FARTHEST_TREE, spaces.size()); offset += word) {
            VmaSource reader = reader(tree, offset);
            Regions regions = new Regions(new ArrayList<>(), new ArrayList<>());
            Ruling ruling = spaces.judge(offset, (space, at) -> covers(reader, space, at, marks, regions));
            if (ruling.holds(1) && ruling.agreed() * 2 > spaces.count()) {
                fitting.add(ruling);
                found.add(regions);
            }
        }
        OptionalInt place = lesson.decide(MM, tree ? "mm_mt.ma_root" : "mmap", word, fitting);
        if (place.isEmpty()) {
            return new Regions(List.of(), List.of());
        }
        takeShapes(tree, fitting.getFirst());
        return found.getFirst();
    }

    private VmaSource reader(boolean tree, int offset) {
        Lesson trial = new Lesson();
        Ruling ruling = new Ruling(offset, 1, 0);
        trial.take(MM, tree ? "mm_mt.ma_root" : "mmap", word, ruling);
        shapes(trial, tree, ruling);
        return VmaSource.of(new Kernel(source.memory(), symbols, new StructureLayout(trial.types()), version));
    }

    private void takeShapes(boolean tree, Ruling ruling) {
        shapes(lesson, tree, ruling);
    }

    /** A node has the same shape in every configuration: parent, pivots, slots; a region begins with its limits. */
    private void shapes(Lesson to, boolean tree, Ruling ruling) {
        to.take("vm_area_struct", "vm_start", word, ruling.at(0));
        to.take("vm_area_struct", "vm_end", word, ruling.at(word));
        if (!tree) {
            to.take("vm_area_struct", "vm_next", word, ruling.at(2 * word));
            return;
        }
        int range = word == Long.BYTES ? RANGE_SLOTS_64 : RANGE_SLOTS_32;
        int allocation = word == Long.BYTES ? ALLOCATION_SLOTS_64 : ALLOCATION_SLOTS_32;
        to.take("maple_node", "mr64", NODE_WORDS_64 * Long.BYTES, ruling.at(0));
        to.take("maple_node", "ma64", NODE_WORDS_64 * Long.BYTES, ruling.at(0));
        to.take("maple_range_64", "pivot", (range - 1) * word, ruling.at(word));
        to.take("maple_range_64", "slot", range * word, ruling.at(range * word));
        to.take("maple_arange_64", "pivot", (allocation - 1) * word, ruling.at(word));
        to.take("maple_arange_64", "slot", allocation * word, ruling.at(allocation * word));
    }

    /** Whole pages below the kernel's part: what other pointers of a space lead to begins with other words. */
    private boolean isRegion(long start, long end) {
        return end > start
                && start % SMALLEST_PAGE == 0
                && end % SMALLEST_PAGE == 0
                && !source.isKernel(start)
                && !source.isKernel(end - 1);
    }

    /** Whether the regions found from a place ascend, and the program's start and stack lie in them. */
    private Verdict covers(VmaSource reader, int space, int offset, int marks, Regions regions) {
        if (!source.isKernel(spaces.word(space, offset))) {
            return Verdict.DISAGREES;
        }
        VmaSource.Found found = reader.find(spaces.address(space));
        if (found.vmas().isEmpty() || found.vmas().size() > MOST_REGIONS) {
            return Verdict.DISAGREES;
        }
        if (!found.missing().isEmpty()) {
            // A damaged tree, or none at all: the whole ones decide.
            return Verdict.SILENT;
        }
        long code = spaces.word(space, marks);
        long stack = spaces.word(space, marks + START_STACK * word);
        boolean hasCode = false;
        boolean hasStack = false;
        long last = 0;
        for (long vma : found.vmas()) {
            long start = source.word(vma);
            long end = source.word(vma + word);
            if (!source.isAlignedKernel(vma) || !isRegion(start, end) || start < last) {
                return Verdict.DISAGREES;
            }
            hasCode |= start <= code && code < end;
            hasStack |= start <= stack && stack < end;
            last = end;
        }
        if (hasCode && hasStack) {
            found.vmas().forEach(vma -> {
                regions.addresses.add(vma);
                regions.spaces.add(space);
            });
        }
        return Verdict.of(hasCode && hasStack);
    }
}
