package io.memflow.formats.dwarf;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.SymbolList;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.elf.ElfSections;
import io.memflow.formats.elf.ElfSections.Section;
import io.memflow.formats.elf.ElfSymbols;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an ELF file with debug information says: {@code vmlinux}, or a kernel module. Little-endian, 32-bit and 64-bit,
 * DWARF 2 to 5 in both of its widths, plain or compressed by zlib. The types read from the segment for as long as they are
 * in use. Immutable.
 *
 * @param symbols by the addresses the kernel was linked to; none for a module, which is linked when it is loaded
 * @param types empty without debug information
 * @param banner the text at {@code linux_banner}, when the file has it
 * @param buildId GNU build id in hexadecimal, when the file has one
 * @param release {@code uname -r} of the kernel that a module was built for; empty for a kernel
 */
public record DebugFile(
        SymbolTable symbols,
        Optional<TypeTable> types,
        Optional<String> banner,
        Optional<String> buildId,
        Optional<String> release) {
    private static final int SHT_NOTE = 7;
    private static final int NT_GNU_BUILD_ID = 3;
    private static final int NOTE_HEADER_BYTES = 12;
    /** "GNU" and its zero. */
    private static final int GNU = 0x0055_4E47;

    private static final int LONGEST_ID = 64;
    private static final int LONGEST_BANNER = 1024;
    private static final String VERSION_MAGIC = "vermagic=";

    /**
     * Reads the tables of a file; costs one pass over the descriptions of its types.
     *
     * @throws MalformedDataException when they contradict the format
     * @throws MemflowException when they are compressed by a method other than zlib, which is named
     */
    public static DebugFile parse(MemorySegment file) {
        ElfSections elf = ElfSections.parse(file);
        DwarfTypes found = DwarfTypes.of(DwarfSections.of(elf));
        Optional<TypeTable> types = found.size() == 0 ? Optional.empty() : Optional.of(found);
        SymbolTable symbols = elf.isRelocatable() ? SymbolList.of(List.of()) : ElfSymbols.read(elf);
        return new DebugFile(symbols, types, banner(elf, symbols), buildId(elf), release(elf));
    }

    private static Optional<String> banner(ElfSections elf, SymbolTable symbols) {
        OptionalLong place = symbols.address("linux_banner");
        if (place.isEmpty()) {
            return Optional.empty();
        }
        for (Section section : elf.sections()) {
            long at = place.getAsLong() - section.address();
            if (section.address() != 0 && at >= 0 && at < elf.bytes(section).byteSize()) {
                return Optional.of(ElfSections.text(elf.bytes(section), at, LONGEST_BANNER));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> buildId(ElfSections elf) {
        return elf.sections().stream()
                .filter(section -> section.type() == SHT_NOTE)
                .flatMap(section -> noteIn(elf.bytes(section)).stream())
                .findFirst();
    }

    private static Optional<String> noteIn(MemorySegment notes) {
        long at = 0;
        while (at + NOTE_HEADER_BYTES + Integer.BYTES <= notes.byteSize()) {
            long nameBytes = LittleEndian.u32(notes, at);
            long idBytes = LittleEndian.u32(notes, at + 4);
            long id = at + NOTE_HEADER_BYTES + aligned(nameBytes);
            boolean isId = LittleEndian.s32(notes, at + 8) == NT_GNU_BUILD_ID
                    && nameBytes == Integer.BYTES
                    && LittleEndian.s32(notes, at + NOTE_HEADER_BYTES) == GNU;
            if (isId && idBytes <= LONGEST_ID && idBytes <= notes.byteSize() - id) {
                return Optional.of(
                        HexFormat.of().formatHex(notes.asSlice(id, idBytes).toArray(ValueLayout.JAVA_BYTE)));
            }
            at = id + aligned(idBytes);
        }
        return Optional.empty();
    }

    private static long aligned(long bytes) {
        return bytes + Integer.BYTES - 1 & -Integer.BYTES;
    }

    /** The first word of a module's {@code vermagic} (include/linux/vermagic.h). */
    private static Optional<String> release(ElfSections elf) {
        Optional<Section> information = elf.find(".modinfo");
        if (information.isEmpty()) {
            return Optional.empty();
        }
        MemorySegment bytes = elf.bytes(information.get());
        for (long at = 0; at < bytes.byteSize(); ) {
            String text = ElfSections.text(bytes, at, (int) Math.min(bytes.byteSize(), 1 << 16));
            if (text.startsWith(VERSION_MAGIC)) {
                return Optional.of(text.substring(VERSION_MAGIC.length()).split(" ", 2)[0]);
            }
            at += text.length() + 1;
        }
        return Optional.empty();
    }
}
