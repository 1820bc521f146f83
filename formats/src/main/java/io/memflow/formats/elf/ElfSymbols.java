package io.memflow.formats.elf;

import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolList;
import io.memflow.formats.elf.ElfSections.Section;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The symbols of a linked ELF file (System V gABI, "Symbol Table"). Stateless. */
public final class ElfSymbols {
    /** {@code KSYM_NAME_LEN} since 6.1. */
    private static final int LONGEST_NAME = 512;

    private static final int SHN_UNDEF = 0;
    private static final int SHN_ABS = 0xFFF1;
    private static final int STT_SECTION = 3;
    private static final int STT_FILE = 4;
    private static final int STB_LOCAL = 0;
    private static final int STB_WEAK = 2;
    private static final long SHF_WRITE = 1;
    private static final long SHF_EXECINSTR = 4;

    private ElfSymbols() {}

    /** All that name an address, in table order; none when the file was stripped of them. */
    public static SymbolList read(ElfSections elf) {
        Optional<Section> table = elf.find(".symtab");
        if (table.isEmpty()
                || table.get().link() <= 0
                || table.get().link() >= elf.sections().size()) {
            return SymbolList.of(List.of());
        }
        MemorySegment entries = elf.bytes(table.get());
        MemorySegment names = elf.bytes(elf.sections().get(table.get().link()));
        int entryBytes = elf.width().symbolBytes();
        List<Symbol> symbols = new ArrayList<>();
        for (long at = 0; at + entryBytes <= entries.byteSize(); at += entryBytes) {
            add(elf, entries, at, names, symbols);
        }
        return SymbolList.of(symbols);
    }

    private static void add(
            ElfSections elf, MemorySegment entries, long at, MemorySegment names, List<Symbol> symbols) {
        int info = LittleEndian.u8(entries, at + elf.width().pick(12, 4));
        int section = LittleEndian.u16(entries, at + elf.width().pick(14, 6));
        int type = info & 0xF;
        if (section == SHN_UNDEF || type == STT_SECTION || type == STT_FILE) {
            return;
        }
        String name = ElfSections.text(names, LittleEndian.u32(entries, at), LONGEST_NAME);
        if (!name.isEmpty()) {
            long value = elf.width().word(entries, at + elf.width().pick(4, 8));
            symbols.add(new Symbol(name, value, letter(elf, section, info >>> 4), ""));
        }
    }

    /** As nm(1) prints it. */
    private static char letter(ElfSections elf, int section, int binding) {
        char letter = 'A';
        if (section != SHN_ABS && section < elf.sections().size()) {
            Section home = elf.sections().get(section);
            if ((home.flags() & SHF_EXECINSTR) != 0) {
                letter = 'T';
            } else if (home.type() == ElfSections.SHT_NOBITS) {
                letter = 'B';
            } else {
                letter = (home.flags() & SHF_WRITE) != 0 ? 'D' : 'R';
            }
        }
        if (binding == STB_WEAK) {
            return letter == 'T' ? 'W' : 'V';
        }
        return binding == STB_LOCAL ? Character.toLowerCase(letter) : letter;
    }
}
