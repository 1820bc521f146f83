package io.memflow.fuzz;

/** The parsers under test, each with what it may spend on an input. */
enum Parser {
    BTF("btf", "BtfTarget", 8 << 10, new Limits(1 << 18, 2048, 100_000, 1000)),
    CHAIN("chain", "ChainTarget", 512, new Limits(1 << 16, 2048, 10_000, 200)),
    CRASH_DUMP("crash-dump", "CrashDumpTarget", 16 << 10, new Limits(1 << 20, 512, 200_000, 1000)),
    DAMAGED_BTF("damaged-btf", "DamagedBtfTarget", 8 << 10, new Limits(1 << 18, 2048, 100_000, 1000)),
    DWARF("dwarf", "DwarfTarget", 8 << 10, new Limits(1 << 20, 2048, 200_000, 2000)),
    ELF_CORE("elf-core", "ElfCoreTarget", 8 << 10, new Limits(1 << 16, 256, 10_000, 100)),
    /** Its tables of relocations may be as long as the longest real ones, and none of their pages be there. */
    ELF_IMAGE("elf-image", "ElfImageTarget", 8 << 10, new Limits(1 << 22, 2048, 2_000_000, 2000)),
    ISF("isf", "IsfTarget", 4 << 10, new Limits(1 << 20, 2048, 200_000, 2000)),
    KALLSYMS("kallsyms", "KallsymsTarget", 16 << 10, new Limits(1 << 19, 256, 100_000, 500)),
    KSYMTAB("ksymtab", "KsymtabTarget", 16 << 10, new Limits(1 << 19, 256, 100_000, 500)),
    LOG_BUFFER("log-buffer", "LogBufferTarget", 2 << 10, new Limits(1 << 20, 1024, 100_000, 1000)),
    LOG_RING("log-ring", "LogRingTarget", 4 << 10, new Limits(1 << 22, 1024, 100_000, 1000)),
    LZ4("lz4", "Lz4Target", 4 << 10, new Limits(1 << 16, 64, 100_000, 1000)),
    LZO("lzo", "LzoTarget", 4 << 10, new Limits(1 << 16, 64, 100_000, 1000)),
    MEMORY_MAP("memory-map", "MemoryMapTarget", 1 << 10, new Limits(1 << 20, 4096, 100_000, 1000)),
    MINIDUMP("minidump", "MinidumpTarget", 12 << 10, new Limits(1 << 20, 4096, 200_000, 4000)),
    NOTES("notes", "NotesTarget", 4 << 10, new Limits(1 << 16, 256, 10_000, 100)),
    PARTIAL_KALLSYMS(
            "partial-kallsyms", "PartialKallsymsTarget", 16 << 10, new Limits(1 << 22, 2048, 2_000_000, 10_000)),
    PDB("pdb", "PdbTarget", 24 << 10, new Limits(1 << 20, 4096, 1_000_000, 10_000)),
    PE("pe", "PeTarget", 8 << 10, new Limits(1 << 23, 8192, 1_000_000, 4000)),
    RECORDING("recording", "RecordingTarget", 4 << 10, new Limits(1 << 19, 128, 10_000, 100)),
    REGISTRY("registry", "RegistryTarget", 28 << 10, new Limits(1 << 20, 4096, 1_000_000, 4000)),
    SYSTEM_MAP("system-map", "SystemMapTarget", 1 << 10, new Limits(1 << 16, 512, 10_000, 500)),
    TABLES("tables", "TablesTarget", 16 << 10, new Limits(1 << 17, 16, 1_000_000, 10)),
    ZSTD("zstd", "ZstdTarget", 2 << 10, new Limits(1 << 17, 2048, 200_000, 4000));

    private final String label;
    private final String targetClass;
    private final int longestInput;

    @SuppressWarnings("ImmutableEnumChecker") // A record of four numbers.
    private final Limits limits;

    Parser(String label, String targetClass, int longestInput, Limits limits) {
        this.label = label;
        this.targetClass = "io.memflow.fuzz.target." + targetClass;
        this.longestInput = longestInput;
        this.limits = limits;
    }

    /** Its name on the command line, and that of its corpus. */
    String label() {
        return label;
    }

    /** The {@link FuzzTarget}'s class. */
    String targetClass() {
        return targetClass;
    }

    /** Bytes of the longest input worth making: room for every structure of the format, no more. */
    int longestInput() {
        return longestInput;
    }

    Limits limits() {
        return limits;
    }

    static Parser named(String label) {
        for (Parser parser : values()) {
            if (parser.label.equals(label)) {
                return parser;
            }
        }
        throw new IllegalArgumentException("no parser is named " + label);
    }
}
