import org.jspecify.annotations.NullMarked;

/** Parsers of file and in-memory formats: bytes in, records out. They read segments, never files. */
@NullMarked
module io.memflow.formats {
    requires transitive io.memflow.core;
    requires static org.jspecify;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.toml;

    exports io.memflow.formats.btf;
    exports io.memflow.formats.compression;
    exports io.memflow.formats.crashdump;
    exports io.memflow.formats.dwarf;
    exports io.memflow.formats.elf.image;
    exports io.memflow.formats.elf.process;
    exports io.memflow.formats.elf;
    exports io.memflow.formats.filetime;
    exports io.memflow.formats.isf;
    exports io.memflow.formats.kallsyms;
    exports io.memflow.formats.ksymtab;
    exports io.memflow.formats.memorymap;
    exports io.memflow.formats.minidump;
    exports io.memflow.formats.openfile;
    exports io.memflow.formats.pdb;
    exports io.memflow.formats.pe;
    exports io.memflow.formats.registry;
    exports io.memflow.formats.socket;
    exports io.memflow.formats.systemmap;
}
