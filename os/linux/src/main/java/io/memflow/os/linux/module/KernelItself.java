package io.memflow.os.linux.module;

import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ModulePart;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.SectionInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.structure.WhenKnown;
import io.memflow.formats.elf.image.ElfImage;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's own image as a module: what it exports, and the parts that its linker script marks with symbols
 * (include/asm-generic/vmlinux.lds.h). It is on no list of modules. Thread-safe.
 */
final class KernelItself implements TargetModule {
    /** The file it is built as. */
    static final String NAME = "vmlinux";

    private static final String SOURCE = "kernel-symbols";

    private final Kernel kernel;
    private final WhenKnown<ExportTables> exports;

    KernelItself(Kernel kernel, WhenKnown<ExportTables> exports) {
        this.kernel = kernel;
        this.exports = exports;
    }

    @Override
    public ModuleInfo info() {
        OptionalLong first = kernel.find("_text");
        OptionalLong end = kernel.find("_end");
        Long base = first.isPresent() ? first.getAsLong() : null;
        Long size = base != null && end.isPresent() ? end.getAsLong() - base : null;
        return new ModuleInfo(base == null ? 0 : base, NAME, base, size, new Provenance(List.of(SOURCE), List.of()));
    }

    @Override
    public Listing<ModuleDetails> details() {
        FieldReader fields = new FieldReader();
        ModuleInfo info = info();
        ModuleDetails row = new ModuleDetails(
                NAME,
                info.base(),
                fields.read("build id", this::buildId),
                null,
                kernel.facts().architecture(),
                null,
                null,
                List.of(),
                List.of(),
                ModuleDetails.State.LIVE,
                null,
                null,
                null,
                null,
                List.of(),
                parts(),
                fields.provenance(SOURCE));
        return new Listing<>(List.of(row), List.of());
    }

    private @Nullable String buildId() {
        OptionalLong start = kernel.find("__start_notes");
        OptionalLong stop = kernel.find("__stop_notes");
        return start.isEmpty() || stop.isEmpty()
                ? null
                : ElfImage.buildId(kernel.memory(), start.getAsLong(), stop.getAsLong() - start.getAsLong())
                        .orElse(null);
    }

    private List<ModulePart> parts() {
        List<ModulePart> parts = new ArrayList<>();
        add(parts, "text", "_stext", "_etext");
        add(parts, "rodata", "__start_rodata", "__end_rodata");
        add(parts, "data", "_sdata", "_edata");
        add(parts, "init-text", "_sinittext", "_einittext");
        add(parts, "bss", "__bss_start", "__bss_stop");
        return parts;
    }

    private void add(List<ModulePart> parts, String purpose, String first, String behind) {
        OptionalLong start = kernel.find(first);
        OptionalLong end = kernel.find(behind);
        if (start.isPresent() && end.isPresent()) {
            parts.add(new ModulePart(purpose, start.getAsLong(), end.getAsLong() - start.getAsLong()));
        }
    }

    @Override
    public Listing<ImportInfo> imports() {
        return new Listing<>(List.of(), List.of());
    }

    @Override
    public Listing<ExportInfo> exports() {
        return exports.list("exports", tables -> tables.ofKernel(parts()));
    }

    @Override
    public Listing<SectionInfo> sections() {
        Provenance provenance = new Provenance(List.of(SOURCE), List.of());
        return new Listing<>(
                parts().stream()
                        .map(part -> new SectionInfo(
                                part.purpose(), SectionInfo.Kind.PART, part.base(), part.size(), null, provenance))
                        .toList(),
                List.of());
    }
}
