package io.memflow.os.linux.learn;

import io.memflow.core.symbol.SymbolTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Learns {@code vm_area_struct} (include/linux/mm_types.h) from regions whose nature is known by where they lie: the one
 * with the program's first code, the heap, the stack. Confined.
 */
final class RegionLearner {
    private static final String VMA = "vm_area_struct";
    private static final int VMA_BYTES = 256;
    private static final int PAGE_SHIFT = 12;
    /** Flag bits, include/linux/mm.h: VM_READ, VM_WRITE, VM_EXEC; VM_SHARED, VM_MAYSHARE; VM_GROWSDOWN. */
    private static final long ACCESS = 0x7;

    private static final long READ_EXECUTE = 0x5;
    private static final long STACK = 0x103;
    private static final long SHARED = 0x8;
    private static final long MAY_SHARE = 0x80;
    /** VM_MAYREAD: nearly every region may be made readable. */
    private static final long MAY_READ = 0x10;

    private static final int LONGEST_NAME = 80;
    /** {@code struct vm_operations_struct} has fewer functions on every kernel. */
    private static final int MOST_OPERATIONS = 20;

    private final KernelBytes source;
    private final Lesson lesson;
    private final SymbolTable symbols;
    private final Samples spaces;
    private final Samples regions;
    private final List<Integer> owners;
    private final int word;
    private final int codeMark;
    private final int heapMark;
    private final int stackMark;

    RegionLearner(KernelBytes source, Lesson lesson, SymbolTable symbols, Samples spaces, SpaceLearner.Regions found) {
        this.source = source;
        this.symbols = symbols;
        this.lesson = lesson;
        this.spaces = spaces;
        regions = new Samples(source, found.addresses(), VMA_BYTES);
        owners = found.spaces();
        word = source.word();
        codeMark = lesson.offset("mm_struct", "start_code").orElse(0);
        heapMark = lesson.offset("mm_struct", "start_brk").orElse(0);
        stackMark = lesson.offset("mm_struct", "start_stack").orElse(0);
    }

    /** Learns, and gives the {@code struct file}s that regions map. */
    Set<Long> learn() {
        Set<Long> files = new LinkedHashSet<>();
        if (regions.count() == 0) {
            lesson.undecide(VMA, "vm_flags", "no region was found");
            return files;
        }
        lesson.decide(
                VMA,
                "vm_mm",
                word,
                regions.words(
                        2 * word,
                        VMA_BYTES,
                        1,
                        (region, offset) ->
                                Verdict.of(regions.word(region, offset) == spaces.address(owners.get(region)))));
        lesson.decide(VMA, "vm_flags", word, regions.words(2 * word, VMA_BYTES, 2, this::flags));
        List<Ruling> fitting = regions.words(4 * word, VMA_BYTES, 2, this::file);
        OptionalInt file = lesson.decide(VMA, "vm_file", word, fitting);
        if (file.isEmpty()) {
            lesson.undecide(VMA, "vm_pgoff", "vm_file is not known");
            return files;
        }
        Ruling ruling = fitting.getFirst();
        lesson.take(VMA, "vm_pgoff", word, ruling.at(file.getAsInt() - word));
        lesson.take(VMA, "vm_ops", word, ruling.at(file.getAsInt() - 2 * word));
        lesson.neighbour(VMA, "vm_private_data", word, ruling.at(file.getAsInt() + word));
        for (int region = 0; region < regions.count(); region++) {
            files.add(regions.word(region, file.getAsInt()));
        }
        files.remove(0L);
        executable(file.getAsInt());
        specialMappings(file.getAsInt());
        return files;
    }

    private boolean holds(int region, int mark) {
        long address = spaces.word(owners.get(region), mark);
        return regions.word(region, 0) <= address && address < regions.word(region, word);
    }

    private Verdict flags(int region, int offset) {
        long bits = regions.word(region, offset);
        if (holds(region, codeMark)) {
            return Verdict.of((bits & ACCESS) == READ_EXECUTE && (bits & MAY_READ) != 0);
        }
        if (holds(region, stackMark)) {
            return Verdict.of((bits & STACK) == STACK && (bits & MAY_READ) != 0);
        }
        return (bits & SHARED) != 0 && (bits & MAY_SHARE) == 0 ? Verdict.DISAGREES : Verdict.SILENT;
    }

    /**
     * {@code vm_ops, vm_pgoff, vm_file}: code has a file and operations in the kernel image; heap and stack have neither,
     * and the heap's page offset is its own page number.
     */
    private Verdict file(int region, int offset) {
        long file = regions.word(region, offset);
        long page = regions.word(region, offset - word);
        long operations = regions.word(region, offset - 2 * word);
        if (holds(region, codeMark)) {
            return Verdict.of(source.isAlignedKernel(file)
                    && source.isReadable(file)
                    && !source.isKernel(page)
                    && source.isAlignedKernel(operations));
        }
        if (holds(region, heapMark)) {
            return Verdict.of(file == 0 && operations == 0 && page == regions.word(region, 0) >>> PAGE_SHIFT);
        }
        if (holds(region, stackMark)) {
            return Verdict.of(file == 0 && operations == 0);
        }
        return file != 0 && !source.isAlignedKernel(file) ? Verdict.DISAGREES : Verdict.SILENT;
    }

    /** {@code mm->exe_file} is the file of the program's first code. */
    private void executable(int file) {
        long[] programs = new long[spaces.count()];
        for (int region = 0; region < regions.count(); region++) {
            if (holds(region, codeMark)) {
                programs[owners.get(region)] = regions.word(region, file);
            }
        }
        lesson.decide(
                "mm_struct",
                "exe_file",
                word,
                spaces.words(
                        0,
                        Integer.MAX_VALUE,
                        1,
                        (space, offset) -> programs[space] == 0
                                ? Verdict.SILENT
                                : Verdict.of(spaces.word(space, offset) == programs[space])));
    }

    /** {@code vm_operations_struct.name} is {@code special_mapping_name()} in the operations of special mappings. */
    private void names(long operations, int named) {
        OptionalLong function = symbols.address("special_mapping_name");
        List<Ruling> fitting = new ArrayList<>();
        for (int offset = 0; function.isPresent() && offset < MOST_OPERATIONS * word; offset += word) {
            if (source.word(operations + offset) == function.getAsLong()) {
                fitting.add(new Ruling(offset, named, 0));
            }
        }
        lesson.decide(
                "vm_operations_struct", "name", word, fitting.stream().limit(1).toList());
    }

    /** {@code struct vm_special_mapping} begins with its name, which is {@code [vdso]} for one in every process. */
    private void specialMappings(int file) {
        List<Long> operations = new ArrayList<>();
        int named = 0;
        for (int region = 0; region < regions.count(); region++) {
            long data = regions.word(region, file + word);
            long table = regions.word(region, file - 2 * word);
            if (regions.word(region, file) == 0
                    && table != 0
                    && source.isAlignedKernel(data)
                    && source.text(source.word(data), LONGEST_NAME)
                            .filter("[vdso]"::equals)
                            .isPresent()) {
                operations.add(table);
                named++;
            }
        }
        if (named > 0 && operations.stream().distinct().count() == 1) {
            lesson.take("vm_special_mapping", "name", word, new Ruling(0, named, 0));
            lesson.landmark("special_mapping_vmops", operations.getFirst());
            names(operations.getFirst(), named);
        } else {
            lesson.undecide("vm_special_mapping", "name", "no region is named [vdso]");
        }
    }
}
