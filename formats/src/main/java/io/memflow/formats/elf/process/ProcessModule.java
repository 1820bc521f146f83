package io.memflow.formats.elf.process;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ModulePart;
import io.memflow.core.os.Row;
import io.memflow.core.os.SectionInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.formats.elf.image.ElfImage;
import io.memflow.formats.elf.image.ImageHeader;
import io.memflow.formats.elf.image.ImageSegment;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One program or library of a process. Thread-safe. */
final class ProcessModule implements TargetModule {
    private static final String NO_IMAGE =
            "neither its headers are in memory nor does the loader's list name its tables";

    private final ModuleInfo info;
    private final @Nullable ElfImage image;
    private final Supplier<@Nullable MemoryView> file;

    /**
     * @param image null when nothing says where its tables are
     * @param file the bytes of its file by their offset, as far as they are known; gives null when none are
     */
    ProcessModule(ModuleInfo info, @Nullable ElfImage image, Supplier<@Nullable MemoryView> file) {
        this.info = info;
        this.image = image;
        this.file = file;
    }

    @Override
    public ModuleInfo info() {
        return info;
    }

    @Override
    public Listing<ModuleDetails> details() {
        FieldReader fields = new FieldReader();
        info.provenance().missing().forEach(part -> fields.note(part.what(), part.why()));
        ElfImage known = image;
        ModuleDetails row = known == null ? empty(fields) : details(known, fields);
        return new Listing<>(List.of(row), List.of());
    }

    private ModuleDetails details(ElfImage known, FieldReader fields) {
        List<ModulePart> parts = known.segments().stream()
                .filter(segment -> segment.type() == ImageSegment.LOAD)
                .map(segment ->
                        new ModulePart(segment.permissions(), known.moved(segment.address()), segment.memoryBytes()))
                .toList();
        return new ModuleDetails(
                info.name(),
                info.base(),
                fields.read("build id", () -> known.buildId().orElse(null)),
                fields.read("DT_SONAME", () -> known.ownName().orElse(null)),
                known.header().map(ImageHeader::machineName).orElse(null),
                known.entry().isPresent() ? known.entry().getAsLong() : null,
                fields.read("PT_INTERP", () -> known.interpreter().orElse(null)),
                fields.readOr("DT_NEEDED", List.of(), known::needed),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                List.of(),
                parts,
                fields.provenance(info.provenance().sources()));
    }

    private ModuleDetails empty(FieldReader fields) {
        return ModuleDetails.ofIdentity(
                info.name(),
                info.base(),
                null,
                fields.provenance(info.provenance().sources()));
    }

    @Override
    public Listing<ImportInfo> imports() {
        return image == null ? absent("imports") : image.imports();
    }

    @Override
    public Listing<ExportInfo> exports() {
        return image == null ? absent("exports") : image.exports();
    }

    @Override
    public Listing<SectionInfo> sections() {
        return image == null ? absent("sections") : image.sections(file.get());
    }

    private static <T extends Row> Listing<T> absent(String what) {
        return Listing.absent(what, NO_IMAGE);
    }
}
