import org.jspecify.annotations.NullMarked;

/** Parsers of file and in-memory formats: bytes in, records out. They read segments, never files. */
@NullMarked
module io.memflow.formats {
    requires transitive io.memflow.core;
    requires static org.jspecify;
    requires org.tomlj;

    exports io.memflow.formats.btf;
    exports io.memflow.formats.elf;
    exports io.memflow.formats.elf.image;
    exports io.memflow.formats.kallsyms;
    exports io.memflow.formats.memorymap;
}
