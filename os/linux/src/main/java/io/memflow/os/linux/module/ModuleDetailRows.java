package io.memflow.os.linux.module;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.core.structure.WhenKnown;
import io.memflow.formats.elf.image.ElfImage;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /proc/modules} and {@code /sys/module} say of a module beyond its place: state, references, users, taint,
 * version, settings and parts. A member whose place is not known costs that field only. Thread-safe.
 */
final class ModuleDetailRows {
    /** {@code MODULE_REF_BASE}: a module in use by nobody has this many references. */
    private static final int REFERENCE_BASE = 1;
    /** {@code taint_flags} of kernel/panic.c in the order of their bits; a module has those only that it can cause. */
    private static final String TAINT_LETTERS = "PFSRMBUDAWCIOELKXTNJ";
    /** {@code MODULE_NAME_LEN}: 64 less a word. */
    private static final int NAME_BYTES = 56;

    private static final int LONGEST_VERSION = 4096;
    private static final String BUILD_ID_SECTION = ".note.gnu.build-id";
    /** A header, the owner's name, and the longest id that linkers write. */
    private static final int BUILD_ID_BYTES = 12 + 4 + 64;

    private final Kernel kernel;
    private final MemoryView memory;
    private final KernelList lists;
    private final WhenKnown<ModuleMemory> parts;
    private final WhenKnown<ModuleSections> sections;
    private final WhenKnown<ModuleParameters> parameters;

    ModuleDetailRows(Kernel kernel, WhenKnown<ModuleSections> sections) {
        this.kernel = kernel;
        this.sections = sections;
        memory = kernel.memory();
        lists = new KernelList(memory);
        parts = new WhenKnown<>(() -> ModuleMemory.of(kernel));
        parameters = new WhenKnown<>(() -> new ModuleParameters(kernel));
    }

    Listing<ModuleDetails> rows(Listing<ModuleInfo> modules) {
        return new Listing<>(modules.rows().stream().map(this::row).toList(), modules.missing());
    }

    ModuleDetails row(ModuleInfo info) {
        FieldReader fields = new FieldReader();
        info.provenance().missing().forEach(part -> fields.note(part.what(), part.why()));
        long module = Objects.requireNonNull(info.address());
        return new ModuleDetails(
                info.name(),
                info.base(),
                fields.read("build id", () -> buildId(module)),
                null,
                null,
                null,
                null,
                fields.readOr("target_list", List.of(), () -> related(module, "target_list", "target", fields)),
                fields.readOr("source_list", List.of(), () -> related(module, "source_list", "source", fields)),
                fields.read("state", () -> state(field("state").unsigned(module))),
                fields.read(
                        "refcnt", () -> kernel.field("module", "refcnt.counter").signed(module) - REFERENCE_BASE),
                fields.read("taints", () -> taint(field("taints").unsigned(module))),
                fields.read("version", () -> text(field("version").pointer(module))),
                fields.read("srcversion", () -> text(field("srcversion").pointer(module))),
                fields.readOr("kp", List.of(), () -> parameters.get().read(module)),
                fields.readOr("parts", List.of(), () -> parts.get().parts(module)),
                fields.provenance(info.provenance().sources()));
    }

    private KernelField field(String member) {
        return kernel.field("module", member);
    }

    private @Nullable String text(long pointer) {
        return pointer == 0 ? null : memory.readUtf8Lossy(pointer, LONGEST_VERSION);
    }

    /** {@code enum module_state}; one that is still being set up is not on any list. */
    private static ModuleDetails.State state(long value) {
        return switch ((int) value) {
            case 0 -> ModuleDetails.State.LIVE;
            case 2 -> ModuleDetails.State.GOING;
            default -> ModuleDetails.State.COMING;
        };
    }

    private static String taint(long bits) {
        StringBuilder letters = new StringBuilder();
        for (int bit = 0; bit < TAINT_LETTERS.length(); bit++) {
            if ((bits >>> bit & 1) != 0) {
                letters.append(TAINT_LETTERS.charAt(bit));
            }
        }
        return letters.toString();
    }

    /** Names along one of the two lists of {@code struct module_use}. */
    private List<String> related(long module, String list, String end, FieldReader fields) {
        KernelField link = kernel.field("module_use", list);
        KernelField other = kernel.field("module_use", end);
        KernelField name = kernel.field("module", "name");
        KernelList.Entries uses =
                lists.walk(field(list).at(module), link.place().offset(), list, _ -> true);
        uses.missing().forEach(part -> fields.note(part.what(), part.why()));
        List<String> names = new ArrayList<>();
        for (long use : uses.addresses()) {
            names.add(memory.readUtf8Lossy(name.at(other.pointer(use)), NAME_BYTES));
        }
        return names;
    }

    private @Nullable String buildId(long module) {
        Optional<Long> note = sections.get().address(module, BUILD_ID_SECTION);
        return note.flatMap(at -> ElfImage.buildId(memory, at, BUILD_ID_BYTES)).orElse(null);
    }
}
