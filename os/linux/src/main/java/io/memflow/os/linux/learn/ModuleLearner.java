package io.memflow.os.linux.learn;

import io.memflow.os.linux.structure.KernelVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Finds the list of modules in the kernel's data, where no symbol names it, and learns where a module keeps its memory
 * (include/linux/module.h). A module begins {@code state, list, name} in every configuration. Confined.
 */
final class ModuleLearner {
    private static final String MODULE = "module";
    private static final int MODULE_BYTES = 1024;
    /** {@code MODULE_NAME_LEN}: 64 less a word. */
    private static final int NAME_AREA = 64;

    private static final long LARGEST_STATE = 3;
    private static final int MOST_MODULES = 1 << 14;
    private static final int PAGE = 4096;
    /** No module has more than this in one piece. */
    private static final long LARGEST_PART = 256 << 20;
    /** {@code MOD_MEM_NUM_TYPES}, {@code MOD_DATA}, {@code MOD_INIT_TEXT}: enum mod_mem_type. */
    private static final int KINDS = 7;

    private static final int DATA_KIND = 1;
    private static final int FIRST_INIT_KIND = 4;
    private static final int LARGEST_MEMORY = 96;
    /** Symbols of modules: {@code Elf32_Sym} and {@code Elf64_Sym}. */
    private static final int SMALLEST_SYMBOL = 16;

    private final KernelBytes source;
    private final Lesson lesson;
    private final KernelVersion version;
    private final int word;

    ModuleLearner(KernelBytes source, Lesson lesson, KernelVersion version) {
        this.version = version;
        this.source = source;
        this.lesson = lesson;
        word = source.word();
    }

    /**
     * Learns.
     *
     * @param named virtual address of the list's head, when a symbol gives it
     */
    void learn(OptionalLong named) {
        OptionalLong head = named.isPresent() ? named : find();
        if (head.isEmpty()) {
            lesson.undecide(
                    MODULE, "list", "the kernel's data has no list of modules: none is loaded, or it is damaged");
            return;
        }
        List<Long> modules = follow(head.getAsLong());
        if (modules.isEmpty()) {
            lesson.undecide(MODULE, "list", "no module is loaded to learn from");
            return;
        }
        lesson.landmark("modules", head.getAsLong());
        Samples samples = new Samples(source, modules, MODULE_BYTES);
        Ruling all = new Ruling(0, samples.count(), 0);
        lesson.take(MODULE, "state", Integer.BYTES, all);
        lesson.take(MODULE, "list", 2 * word, all.at(word));
        lesson.take(MODULE, "name", NAME_AREA - word, all.at(3 * word));
        if (version.isAtLeast(6, 4)) {
            memoryByKind(samples);
        } else {
            layouts(samples);
        }
        symbols(samples);
    }

    private OptionalLong find() {
        long[] best = {0, 0};
        source.scan(word, (low, high) -> isOutside(source.word(low, high)), at -> {
            long head = source.imageBase() + at;
            long next = source.word(head);
            long previous = source.word(head + word);
            if (isOutside(previous)
                    && source.word(previous) == head
                    && source.word(next + word) == head
                    && isModule(next - word)) {
                int modules = follow(head).size();
                if (modules > best[1]) {
                    best[0] = head;
                    best[1] = modules;
                }
            }
        });
        return best[1] == 0 ? OptionalLong.empty() : OptionalLong.of(best[0]);
    }

    /** Whether a value may point to a module: they never lie in the image. Few words of an image do. */
    private boolean isOutside(long value) {
        return source.isAlignedKernel(value) && !source.isInImage(value);
    }

    private boolean isModule(long module) {
        return source.isReadable(module)
                && source.number(module) <= LARGEST_STATE
                && source.text(module + 3L * word, NAME_AREA - word)
                        .filter(ModuleLearner::isName)
                        .isPresent();
    }

    private static boolean isName(String text) {
        return text.length() > 1
                && text.chars().allMatch(letter -> Character.isLetterOrDigit(letter) || letter == '_' || letter == '-');
    }

    /** All modules of a ring; none when it does not close or has other entries. */
    private List<Long> follow(long head) {
        List<Long> modules = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        for (long link = source.word(head); link != head; link = source.word(link)) {
            if (!source.isAlignedKernel(link)
                    || !seen.add(link)
                    || modules.size() >= MOST_MODULES
                    || !isModule(link - word)) {
                return List.of();
            }
            modules.add(link - word);
        }
        return modules;
    }

    /**
     * Since 6.4 {@code mem[]}, by kind: code, data, read-only data, data read-only after init, and three for init. The
     * module describes itself from inside its data; the parts for init are gone.
     */
    private void memoryByKind(Samples modules) {
        List<Ruling> fitting = new ArrayList<>();
        List<int[]> shapes = new ArrayList<>();
        for (int stride = 2 * word; stride <= LARGEST_MEMORY; stride += word) {
            for (int size = word; size < Math.min(stride, 3 * word); size += Integer.BYTES) {
                int[] shape = {stride, size};
                List<Ruling> found = modules.words(
                        3 * word + NAME_AREA - word,
                        MODULE_BYTES - KINDS * stride,
                        1,
                        (module, offset) -> partsFit(modules, module, offset, shape));
                found.forEach(ruling -> {
                    fitting.add(ruling);
                    shapes.add(shape);
                });
            }
        }
        int bytes = fitting.size() == 1 ? shapes.getFirst()[0] : 0;
        if (lesson.decide(MODULE, "mem", KINDS * bytes, fitting).isPresent()) {
            lesson.size("module_memory", bytes);
            lesson.take("module_memory", "base", word, fitting.getFirst().at(0));
            lesson.take(
                    "module_memory", "size", Integer.BYTES, fitting.getFirst().at(shapes.getFirst()[1]));
        }
    }

    private Verdict partsFit(Samples modules, int module, int offset, int[] shape) {
        boolean fits = true;
        for (int kind = 0; fits && kind < KINDS; kind++) {
            long base = modules.word(module, offset + kind * shape[0]);
            long size = modules.number(module, offset + kind * shape[0] + shape[1]);
            boolean used = source.isKernel(base) && base % PAGE == 0 && size > 0 && size <= LARGEST_PART;
            boolean unused = base == 0 && size == 0;
            fits = kind < FIRST_INIT_KIND ? used || (unused && kind != DATA_KIND) : unused;
            if (kind == DATA_KIND) {
                fits &= Long.compareUnsigned(modules.address(module) - base, size) < 0;
            }
        }
        return Verdict.of(fits);
    }

    /** Up to 6.3 {@code core_layout} and {@code init_layout}: base, size, size of the code, of what is read-only. */
    private void layouts(Samples modules) {
        List<Ruling> fitting = modules.words(3 * word + NAME_AREA - word, MODULE_BYTES, 1, (module, offset) -> {
            long base = modules.word(module, offset);
            long size = modules.number(module, offset + word);
            long code = modules.number(module, offset + word + Integer.BYTES);
            // The module describes itself from inside its own data.
            return Verdict.of(source.isKernel(base)
                    && base % PAGE == 0
                    && size > 0
                    && size <= LARGEST_PART
                    && code > 0
                    && code <= size
                    && Long.compareUnsigned(modules.address(module) - base, size) < 0);
        });
        OptionalInt core = lesson.decide(MODULE, "core_layout.base", word, fitting);
        if (core.isEmpty()) {
            return;
        }
        Ruling ruling = fitting.getFirst();
        lesson.take(MODULE, "core_layout.size", Integer.BYTES, ruling.at(core.getAsInt() + word));
        initLayout(modules, core.getAsInt());
    }

    /** {@code init_layout} follows; once a module is up it is all zero, but for an embedded tree node. */
    private void initLayout(Samples modules, int core) {
        // base; size, text_size, ro_size, ro_after_init_size; mtn: a pointer to the module, then two tree nodes of
        // three.
        int plain = word + 4 * Integer.BYTES;
        int withNode = plain + 7 * word;
        List<Ruling> nodes = modules.words(
                core + plain,
                core + plain,
                1,
                (module, offset) -> Verdict.of(modules.word(module, offset) == modules.address(module)));
        int init = core + (nodes.isEmpty() ? plain : withNode);
        Ruling empty = modules.judge(
                init,
                (module, offset) ->
                        Verdict.of(modules.word(module, offset) == 0 && modules.number(module, offset + word) == 0));
        lesson.decide(
                MODULE, "init_layout.size", Integer.BYTES, empty.holds(1) ? List.of(empty.at(init + word)) : List.of());
    }

    /** {@code kallsyms} points to the module's {@code struct mod_kallsyms}: table, number, strings, and since 5.2 types. */
    private void symbols(Samples modules) {
        List<Ruling> fitting = modules.words(NAME_AREA, MODULE_BYTES, 1, (module, offset) -> {
            long description = modules.word(module, offset);
            if (!source.isAlignedKernel(description)) {
                return Verdict.DISAGREES;
            }
            long table = source.word(description);
            long count = source.number(description + word);
            long strings = source.word(description + 2L * word);
            long types = source.word(description + 3L * word);
            return Verdict.of(source.isAlignedKernel(table)
                    && count > 1
                    && count < LARGEST_PART / SMALLEST_SYMBOL
                    && source.isKernel(strings)
                    && source.isKernel(types)
                    && source.number(strings) != 0
                    && source.number(table) == 0
                    && source.word(table + Integer.BYTES) == 0);
        });
        OptionalInt at = lesson.decide(MODULE, "kallsyms", word, fitting);
        if (at.isPresent()) {
            Ruling ruling = fitting.getFirst();
            lesson.take("mod_kallsyms", "symtab", word, ruling.at(0));
            lesson.take("mod_kallsyms", "num_symtab", Integer.BYTES, ruling.at(word));
            lesson.take("mod_kallsyms", "strtab", word, ruling.at(2 * word));
            lesson.take("mod_kallsyms", "typetab", word, ruling.at(3 * word));
        }
    }
}
