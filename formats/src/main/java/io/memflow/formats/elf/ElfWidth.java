package io.memflow.formats.elf;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;

/** The two classes of ELF ({@code EI_CLASS}), and the sizes of what differs between them (System V gABI, chapter 4). */
public enum ElfWidth {
    /** {@code ELFCLASS32}. */
    BITS_32(4, 52, 32, 40, 16),
    /** {@code ELFCLASS64}. */
    BITS_64(8, 64, 56, 64, 24);

    private final int wordBytes;
    private final int headerBytes;
    private final int programHeaderBytes;
    private final int sectionHeaderBytes;
    private final int symbolBytes;

    ElfWidth(int wordBytes, int headerBytes, int programHeaderBytes, int sectionHeaderBytes, int symbolBytes) {
        this.wordBytes = wordBytes;
        this.headerBytes = headerBytes;
        this.programHeaderBytes = programHeaderBytes;
        this.sectionHeaderBytes = sectionHeaderBytes;
        this.symbolBytes = symbolBytes;
    }

    /** Bytes of an address. */
    public int wordBytes() {
        return wordBytes;
    }

    /** Bytes of an {@code Elf_Ehdr}. */
    public int headerBytes() {
        return headerBytes;
    }

    /** Bytes of an {@code Elf_Phdr}. */
    public int programHeaderBytes() {
        return programHeaderBytes;
    }

    /** Bytes of an {@code Elf_Shdr}. */
    public int sectionHeaderBytes() {
        return sectionHeaderBytes;
    }

    /** Bytes of an {@code Elf_Sym}. */
    public int symbolBytes() {
        return symbolBytes;
    }

    /** An address of this width: a 32-bit one wraps at 4 GiB. */
    public long wrap(long address) {
        return this == BITS_64 ? address : address & 0xFFFF_FFFFL;
    }

    /** The word of this width at an offset of a little-endian file; unsigned when it has 32 bits. */
    public long word(MemorySegment file, long at) {
        return this == BITS_64 ? LittleEndian.u64(file, at) : LittleEndian.u32(file, at);
    }

    /** One of two constants, by width. */
    public int pick(int narrow, int wide) {
        return this == BITS_64 ? wide : narrow;
    }

    /** Of a relocation's {@code r_info} the symbol's index. */
    public long relocatedSymbol(long info) {
        return this == BITS_64 ? info >>> 32 : info >>> 8 & 0xFF_FFFF;
    }

    /** Of a relocation's {@code r_info} its type. */
    public int relocationType(long info) {
        return (int) (this == BITS_64 ? info & 0xFFFF_FFFFL : info & 0xFF);
    }
}
