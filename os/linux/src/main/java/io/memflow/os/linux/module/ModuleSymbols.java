package io.memflow.os.linux.module;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.symbol.Symbol;
import io.memflow.os.linux.structure.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Symbols of loaded modules, from the symbol table each keeps ({@code struct mod_kallsyms}, kernel/module/kallsyms.c), in
 * the order {@code /proc/kallsyms} prints them. Thread-safe.
 */
final class ModuleSymbols {
    /** {@code Elf64_Sym}: name at 0, value at 8, 24 bytes (ELF-64 object file format, section "symbol table"). */
    private static final int SYMBOL_BYTES_64 = 24;

    private static final int VALUE_OFFSET_64 = 8;
    /** {@code Elf32_Sym}: name at 0, value at 4, 16 bytes (System V ABI, chapter 4). */
    private static final int SYMBOL_BYTES_32 = 16;

    private static final int VALUE_OFFSET_32 = 4;
    /** No module has more: their tables are read whole. */
    private static final long MOST_SYMBOLS = 1 << 18;
    /** {@code KSYM_NAME_LEN} since 6.1. */
    private static final int LONGEST_NAME = 512;

    private final MemoryView memory;
    private final int symbolBytes;
    /** Without type information they are not: no exported symbol is told from the others then. */
    private final boolean exportsAreKnown;

    private final long kallsyms;
    private final long table;
    private final long count;
    private final long strings;
    private final long types;
    private final long exports;
    private final long exportCount;
    private final long exportBytes;
    private final long exportName;
    /** Whether export tables hold distances (CONFIG_HAVE_ARCH_PREL32_RELOCATIONS) instead of pointers. */
    private final boolean exportsAreRelative;

    ModuleSymbols(Kernel kernel) {
        memory = kernel.memory();
        StructureLayout layout = kernel.layout();
        kallsyms = layout.offset("module", "kallsyms");
        table = layout.offset("mod_kallsyms", "symtab");
        count = layout.offset("mod_kallsyms", "num_symtab");
        strings = layout.offset("mod_kallsyms", "strtab");
        types = layout.offset("mod_kallsyms", "typetab");
        symbolBytes = memory.properties().pointerBytes() == Long.BYTES ? SYMBOL_BYTES_64 : SYMBOL_BYTES_32;
        exportsAreKnown = layout.has("module", "syms");
        exports = layout.optionalOffset("module", "syms").orElse(0);
        exportCount = layout.optionalOffset("module", "num_syms").orElse(0);
        exportBytes = layout.types().size("kernel_symbol").orElse(0);
        exportsAreRelative = layout.has("kernel_symbol", "name_offset");
        exportName = exportsAreKnown ? layout.offset("kernel_symbol", "name_offset", "name") : 0;
    }

    /** What was read, and which modules' tables could not be. */
    record Found(List<Symbol> symbols, List<String> defects) {}

    Found read(Listing<ModuleInfo> modules) {
        List<Symbol> symbols = new ArrayList<>();
        List<String> defects = new ArrayList<>();
        if (!exportsAreKnown) {
            defects.add("Modules: which of their symbols are exported is not known, as the place of module.syms is not;"
                    + " all have lower-case letters.");
        }
        modules.missing().forEach(part -> defects.add("Modules: " + part.what() + ": " + part.why() + "."));
        for (ModuleInfo module : modules.rows()) {
            try {
                addSymbols(module, symbols);
            } catch (MemoryAccessException unreadable) {
                defects.add("The symbols of module " + module.name() + ": " + unreadable.getMessage());
            }
        }
        return new Found(symbols, defects);
    }

    private void addSymbols(ModuleInfo module, List<Symbol> symbols) {
        long description = memory.readPointer(Objects.requireNonNull(module.address()) + kallsyms);
        long entries = memory.readUnsigned(description + count, Integer.BYTES);
        if (description == 0 || entries == 0) {
            return;
        }
        int read = (int) Math.min(entries, MOST_SYMBOLS);
        MemorySegment bytes =
                MemorySegment.ofArray(memory.readBytes(memory.readPointer(description + table), read * symbolBytes));
        byte[] letters = memory.readBytes(memory.readPointer(description + types), read);
        long names = memory.readPointer(description + strings);
        Set<String> exported = exportedNames(module.address());
        for (int i = 0; i < read; i++) {
            long at = (long) i * symbolBytes;
            String name = name(names + (bytes.get(ScalarLayout.INT_LITTLE, at) & 0xFFFF_FFFFL));
            if (!name.isEmpty()) {
                String letter = String.valueOf((char) letters[i]);
                char shown = (exported.contains(name)
                                ? letter.toUpperCase(Locale.ROOT)
                                : letter.toLowerCase(Locale.ROOT))
                        .charAt(0);
                symbols.add(new Symbol(name, value(bytes, at), shown, module.name()));
            }
        }
    }

    private long value(MemorySegment table, long at) {
        return symbolBytes == SYMBOL_BYTES_64
                ? table.get(ScalarLayout.LONG_LITTLE, at + VALUE_OFFSET_64)
                : table.get(ScalarLayout.INT_LITTLE, at + VALUE_OFFSET_32) & 0xFFFF_FFFFL;
    }

    /** Names in the module's export table; none when its place is not known. */
    private Set<String> exportedNames(long module) {
        Set<String> names = new HashSet<>();
        if (!exportsAreKnown) {
            return names;
        }
        long first = memory.readPointer(module + exports);
        long entries = Math.min(memory.readUnsigned(module + exportCount, Integer.BYTES), MOST_SYMBOLS);
        for (long i = 0; i < entries; i++) {
            long nameField = first + i * exportBytes + exportName;
            names.add(name(exportsAreRelative ? nameField + memory.readInt(nameField) : memory.readPointer(nameField)));
        }
        return names;
    }

    private String name(long address) {
        return memory.readUtf8Lossy(address, LONGEST_NAME);
    }
}
