package io.memflow.formats.dwarf;

import io.memflow.formats.elf.ElfSections;
import java.lang.foreign.MemorySegment;

/**
 * The sections that types are in; those a file lacks are empty. Immutable.
 *
 * @param info {@code .debug_info}
 * @param abbreviations {@code .debug_abbrev}
 * @param strings {@code .debug_str}
 * @param lineStrings {@code .debug_line_str}
 * @param stringOffsets {@code .debug_str_offsets}
 */
record DwarfSections(
        MemorySegment info,
        MemorySegment abbreviations,
        MemorySegment strings,
        MemorySegment lineStrings,
        MemorySegment stringOffsets) {
    static DwarfSections of(ElfSections elf) {
        return new DwarfSections(
                SectionContents.of(elf, ".debug_info"),
                SectionContents.of(elf, ".debug_abbrev"),
                SectionContents.of(elf, ".debug_str"),
                SectionContents.of(elf, ".debug_line_str"),
                SectionContents.of(elf, ".debug_str_offsets"));
    }
}
