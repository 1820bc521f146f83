package io.memflow.formats.dwarf;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.formats.elf.ElfSections;
import io.memflow.formats.elf.ElfSections.Section;
import io.memflow.formats.elf.ElfWidth;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Bytes of sections as a debugger needs them: expanded, and with references filled in. Stateless. */
final class SectionContents {
    private static final long SHF_COMPRESSED = 0x800;
    private static final int ELFCOMPRESS_ZLIB = 1;
    private static final int ELFCOMPRESS_ZSTD = 2;
    /** Deflate makes at most 1032 bytes of one. */
    private static final long MOST_EXPANSION = 1032;

    private static final int LARGEST_EXPANDED = 1 << 30;

    private static final int SHT_RELA = 4;
    private static final int SHT_REL = 9;

    private static final int EM_386 = 3;
    private static final int EM_X86_64 = 62;
    private static final int EM_AARCH64 = 183;
    private static final int EM_RISCV = 243;

    private SectionContents() {}

    /** The contents of the section of that name; empty when there is none. */
    static MemorySegment of(ElfSections elf, String name) {
        return elf.find(name)
                .map(section -> relocated(elf, section, expanded(elf, section)))
                .orElseGet(() -> MemorySegment.ofArray(new byte[0]));
    }

    private static MemorySegment expanded(ElfSections elf, Section section) {
        MemorySegment bytes = elf.bytes(section);
        if ((section.flags() & SHF_COMPRESSED) == 0) {
            return bytes;
        }
        int headerBytes = elf.width().pick(12, 24);
        if (bytes.byteSize() < headerBytes) {
            throw malformed(section.offset(), section.name() + " ends within its compression header");
        }
        int method = LittleEndian.s32(bytes, 0);
        if (method != ELFCOMPRESS_ZLIB) {
            throw new MemflowException(
                    ErrorOrigin.FORMAT,
                    ErrorKind.NOT_SUPPORTED,
                    "Section %s is compressed by %s, which is not read here: expand it with \"objcopy --decompress-debug-sections\" and name the result."
                            .formatted(
                                    section.name(), method == ELFCOMPRESS_ZSTD ? "zstd" : "unknown method " + method));
        }
        long size = elf.width().word(bytes, elf.width().pick(4, 8));
        if (size < 0 || size > LARGEST_EXPANDED || size > bytes.byteSize() * MOST_EXPANSION) {
            throw malformed(section.offset(), "%s cannot expand to %d bytes".formatted(section.name(), size));
        }
        return inflate(section, bytes.asSlice(headerBytes).toArray(ValueLayout.JAVA_BYTE), (int) size);
    }

    private static MemorySegment inflate(Section section, byte[] compressed, int size) {
        byte[] expanded = new byte[size];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(compressed);
            int done = 0;
            while (done < size) {
                int made = inflater.inflate(expanded, done, size - done);
                if (made == 0) {
                    throw malformed(
                            section.offset(),
                            "%s expands to %d bytes instead of %d".formatted(section.name(), done, size));
                }
                done += made;
            }
            return MemorySegment.ofArray(expanded);
        } catch (DataFormatException damaged) {
            throw malformed(
                    section.offset(), "%s is no zlib stream: %s".formatted(section.name(), damaged.getMessage()));
        } finally {
            inflater.end();
        }
    }

    /** In files that are not linked yet, as modules are, references between sections are in tables of their own. */
    private static MemorySegment relocated(ElfSections elf, Section section, MemorySegment bytes) {
        if (!elf.isRelocatable()) {
            return bytes;
        }
        List<Section> tables = elf.sections().stream()
                .filter(table -> table.type() == SHT_RELA || table.type() == SHT_REL)
                .filter(table -> table.info() == section.index())
                .toList();
        if (tables.isEmpty()) {
            return bytes;
        }
        MemorySegment filled = MemorySegment.ofArray(bytes.toArray(ValueLayout.JAVA_BYTE));
        tables.forEach(table -> apply(elf, table, filled));
        return filled;
    }

    private static void apply(ElfSections elf, Section table, MemorySegment target) {
        ElfWidth width = elf.width();
        boolean hasAddends = table.type() == SHT_RELA;
        int entryBytes = hasAddends ? width.pick(12, 24) : width.pick(8, 16);
        MemorySegment entries = elf.bytes(table);
        MemorySegment symbols =
                table.link() > 0 && table.link() < elf.sections().size()
                        ? elf.bytes(elf.sections().get(table.link()))
                        : MemorySegment.ofArray(new byte[0]);
        for (long at = 0; at + entryBytes <= entries.byteSize(); at += entryBytes) {
            long place = width.word(entries, at);
            long info = width.word(entries, at + width.pick(4, 8));
            long symbol = width.relocatedSymbol(info);
            int bytes = storeBytes(elf.machine(), width.relocationType(info));
            if (bytes == 0 || place < 0 || place > target.byteSize() - bytes) {
                continue;
            }
            long addend = hasAddends ? width.word(entries, at + width.pick(8, 16)) : stored(target, place, bytes);
            store(target, place, bytes, symbolValue(symbols, symbol, width) + addend);
        }
    }

    /**
     * How many bytes a relocation of this type stores, 0 for those that are no plain sum: they hold addresses of code, of
     * which no type needs any.
     */
    private static int storeBytes(int machine, int type) {
        return switch (machine) {
            // R_X86_64_64; R_X86_64_32, R_X86_64_32S
            case EM_X86_64 -> type == 1 ? Long.BYTES : type == 10 || type == 11 ? Integer.BYTES : 0;
            // R_386_32
            case EM_386 -> type == 1 ? Integer.BYTES : 0;
            // R_AARCH64_ABS64, R_AARCH64_ABS32
            case EM_AARCH64 -> type == 257 ? Long.BYTES : type == 258 ? Integer.BYTES : 0;
            // R_RISCV_32, R_RISCV_64
            case EM_RISCV -> type == 1 ? Integer.BYTES : type == 2 ? Long.BYTES : 0;
            default -> throw malformed(18, "machine %d is none whose unlinked files are supported".formatted(machine));
        };
    }

    private static long symbolValue(MemorySegment symbols, long index, ElfWidth width) {
        long entryBytes = width.symbolBytes();
        long at = index * entryBytes;
        return index < symbols.byteSize() / entryBytes ? width.word(symbols, at + width.pick(4, 8)) : 0;
    }

    private static long stored(MemorySegment target, long at, int bytes) {
        return bytes == Long.BYTES ? LittleEndian.u64(target, at) : LittleEndian.u32(target, at);
    }

    private static void store(MemorySegment target, long at, int bytes, long value) {
        if (bytes == Long.BYTES) {
            target.set(LittleEndian.LONG, at, value);
        } else {
            target.set(LittleEndian.INT, at, (int) value);
        }
    }

    private static MalformedDataException malformed(long offset, String reason) {
        return new MalformedDataException("ELF", offset, reason);
    }
}
