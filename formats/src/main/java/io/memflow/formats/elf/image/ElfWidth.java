package io.memflow.formats.elf.image;

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

    int headerBytes() {
        return headerBytes;
    }

    int programHeaderBytes() {
        return programHeaderBytes;
    }

    int sectionHeaderBytes() {
        return sectionHeaderBytes;
    }

    /** Bytes of an {@code Elf_Sym}. */
    int symbolBytes() {
        return symbolBytes;
    }

    /** An address of this width: a 32-bit one wraps at 4 GiB. */
    long wrap(long address) {
        return this == BITS_64 ? address : address & 0xFFFF_FFFFL;
    }

    /** Of a relocation's {@code r_info} the symbol's index. */
    int relocatedSymbol(long info) {
        return (int) (this == BITS_64 ? info >>> 32 : info >>> 8 & 0xFF_FFFF);
    }

    /** Of a relocation's {@code r_info} its type. */
    int relocationType(long info) {
        return (int) (this == BITS_64 ? info & 0xFFFF_FFFFL : info & 0xFF);
    }
}
