package io.memflow.formats.pe;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.Row;
import io.memflow.core.os.SectionInfo;
import io.memflow.core.os.TargetModule;
import java.util.List;
import java.util.function.Function;

/**
 * One module, by its image in memory.
 *
 * @param info the module as it was found
 * @param memory the address space it lies in
 */
public record PeModule(ModuleInfo info, MemoryView memory) implements TargetModule {
    @Override
    public Listing<ModuleDetails> details() {
        return list("details", image -> new Listing<>(List.of(image.details(info.name())), List.of()));
    }

    @Override
    public Listing<ImportInfo> imports() {
        return list("imports", PeImage::imports);
    }

    @Override
    public Listing<ExportInfo> exports() {
        return list("exports", PeImage::exports);
    }

    @Override
    public Listing<SectionInfo> sections() {
        return list("sections", PeImage::sections);
    }

    private <R extends Row> Listing<R> list(String what, Function<PeImage, Listing<R>> read) {
        Long base = info.base();
        if (info.presence() == ModuleInfo.Presence.UNLOADED) {
            return Listing.absent(what + " of " + info.name(), "it was unloaded, and other things may lie there since");
        }
        if (base == null) {
            return Listing.absent(what + " of " + info.name(), "its first address is not known");
        }
        try {
            return read.apply(PeImage.open(memory, base));
        } catch (MemflowException unreadable) {
            return Listing.absent(what + " of " + info.name(), String.valueOf(unreadable.getMessage()));
        }
    }
}
