package io.memflow.os.linux.module;

import io.memflow.core.address.Address;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.SectionInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.linux.structure.Kernel;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What is in the kernel's modules, and in the kernel itself, which goes by the name of its file. Thread-safe. */
public final class KernelModules {
    private final WhenKnown<Modules> modules;
    private final WhenKnown<ModuleSections> sections;
    private final WhenKnown<ExportTables> exports;
    private final ModuleDetailRows details;
    private final KernelItself itself;
    private final WhenKnown<ModuleMemory> parts;

    /** @param modules the reader of their list */
    public KernelModules(Kernel kernel, WhenKnown<Modules> modules) {
        this.modules = modules;
        sections = new WhenKnown<>(() -> new ModuleSections(kernel));
        exports = new WhenKnown<>(() -> new ExportTables(kernel));
        parts = new WhenKnown<>(() -> ModuleMemory.of(kernel));
        details = new ModuleDetailRows(kernel, sections);
        itself = new KernelItself(kernel, exports);
    }

    /** Rows in the kernel's order, newest module first. */
    public Listing<ModuleDetails> details() {
        return modules.list("details of modules", reader -> details.rows(reader.modules()));
    }

    /** The module of a name or, as {@code 0x...}, of a first address; {@code vmlinux} for the kernel itself. */
    public Optional<TargetModule> module(String name) {
        if (name.equals(KernelItself.NAME)) {
            return Optional.of(itself);
        }
        return modules.get().modules().rows().stream()
                .filter(row -> row.name().equals(name) || hasBase(row, name))
                .findFirst()
                .map(Loaded::new);
    }

    private static boolean hasBase(ModuleInfo row, String text) {
        Long base = row.base();
        return base != null && Address.format(base).equals(text);
    }

    /** One loaded module. Thread-safe. */
    private final class Loaded implements TargetModule {
        private final ModuleInfo info;

        Loaded(ModuleInfo info) {
            this.info = info;
        }

        @Override
        public ModuleInfo info() {
            return info;
        }

        @Override
        public Listing<ModuleDetails> details() {
            return new Listing<>(List.of(details.row(info)), List.of());
        }

        private long address() {
            return Objects.requireNonNull(info.address());
        }

        @Override
        public Listing<ImportInfo> imports() {
            return Listing.absent(
                    "imports",
                    "the kernel drops the names of what a module takes from others when it has loaded it; its details"
                            + " name those modules");
        }

        @Override
        public Listing<ExportInfo> exports() {
            return exports.list(
                    "exports", tables -> tables.ofModule(address(), parts.get().parts(address())));
        }

        @Override
        public Listing<SectionInfo> sections() {
            return sections.list("sections", reader -> reader.sections(address()));
        }
    }
}
