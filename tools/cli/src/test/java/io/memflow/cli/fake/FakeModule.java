package io.memflow.cli.fake;

import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.SectionInfo;
import io.memflow.core.os.TargetModule;

/** A module whose contents are the rows given, whichever module it is. */
record FakeModule(ModuleInfo info, FakeRows rows) implements TargetModule {
    @Override
    public Listing<ModuleDetails> details() {
        return rows.all(ModuleDetails.class);
    }

    @Override
    public Listing<ImportInfo> imports() {
        return rows.all(ImportInfo.class);
    }

    @Override
    public Listing<ExportInfo> exports() {
        return rows.all(ExportInfo.class);
    }

    @Override
    public Listing<SectionInfo> sections() {
        return rows.all(SectionInfo.class);
    }
}
