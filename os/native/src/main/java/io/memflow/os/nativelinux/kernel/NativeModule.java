package io.memflow.os.nativelinux.kernel;

import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.SectionInfo;
import io.memflow.core.os.TargetModule;
import java.util.List;

/**
 * A module of the running kernel. Thread-safe.
 *
 * @param info as it was when it was looked up
 */
public record NativeModule(ModuleInfo info, ModuleRows rows) implements TargetModule {
    @Override
    public Listing<ModuleDetails> details() {
        return rows.details(info.name())
                .map(row -> new Listing<>(List.of(row), List.of()))
                .orElseGet(() -> Listing.absent("details", "the module is not loaded any more"));
    }

    @Override
    public Listing<ImportInfo> imports() {
        return Listing.absent(
                "imports", "the kernel drops them when it has loaded a module; its details name its users");
    }

    @Override
    public Listing<ExportInfo> exports() {
        return Listing.absent("exports", "the running kernel does not show which of its symbols are exported");
    }

    @Override
    public Listing<SectionInfo> sections() {
        return rows.sections(info.name());
    }
}
