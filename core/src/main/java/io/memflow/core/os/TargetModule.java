package io.memflow.core.os;

import java.util.Optional;

/**
 * One module of a target: what its image, or the system's own tables, say of its contents. Each list is read when it is
 * asked for, and only as far as it needs. Thread-safe. Valid as long as what it came from.
 */
public interface TargetModule {
    /** The module as it was when it was looked up. */
    ModuleInfo info();

    /** What is known of it beyond where it is: one row. */
    Listing<ModuleDetails> details();

    /** What it takes from other modules. */
    Listing<ImportInfo> imports();

    /** What it offers to other modules. */
    Listing<ExportInfo> exports();

    /** The pieces it consists of, in the order its own table has them. */
    Listing<SectionInfo> sections();

    /** The first export of a name. An implementation with an index reads no more than it needs. */
    default Optional<ExportInfo> export(String name) {
        return exports().rows().stream().filter(row -> row.name().equals(name)).findFirst();
    }
}
