package io.memflow.connector.dump;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Formats that are no raw image but are often handed over as one. Each is known by the bytes its files start with, given
 * here in hexadecimal or as text.
 */
enum ForeignFormat {
    /** makedumpfile's {@code MAKEDUMPFILE_SIGNATURE}; QEMU writes its kdump formats this way too. */
    FLATTENED_KDUMP(
            "makedumpfile",
            "a kdump file in makedumpfile's flattened form",
            "take it again with QEMU's dump-guest-memory without a format, which writes an ELF core"),
    /** makedumpfile's {@code KDUMP_SIGNATURE}. */
    KDUMP(
            "KDUMP   ",
            "a compressed kdump file",
            "take it again as an ELF core (makedumpfile -E, or QEMU's dump-guest-memory without a format)"),
    /** makedumpfile's {@code DISKDUMP_SIGNATURE}. */
    DISKDUMP("DISKDUMP", "a diskdump file", "take it again as an ELF core (makedumpfile -E)"),
    /** {@code MINIDUMP_SIGNATURE} of minidumpapiset.h: one process only. */
    MINIDUMP(
            "MDMP",
            "a minidump of one process, without physical memory",
            "name the file alone, or write -o minidump:FILE"),
    /** LiME's {@code LIME_MAGIC} 0x4C694D45, stored little-endian. */
    LIME(hex("454D694C"), "a LiME image", "take it again with LiME's format=padded, which is a raw image"),
    /** AVML's header magic. */
    AVML("AVML", "a compressed AVML image", "turn it into a raw image with avml-convert"),
    /** {@code QEMU_VM_FILE_MAGIC} of a migration stream. */
    QEMU_MIGRATION(
            "QEVM",
            "a saved state or migration stream of QEMU",
            "load it into QEMU and use dump-guest-memory, or name the running QEMU"),
    /** Magic of QEMU's docs/interop/qcow2 specification. */
    QCOW2(
            hex("514649FB"),
            "a qcow2 disk image",
            "this tool reads memory: take QEMU's dump-guest-memory of the machine"),
    /** RFC 1952, with the only compression method there is. */
    GZIP(hex("1F8B08"), "compressed with gzip", "unpack it with gunzip first"),
    /** The .xz file format, section 2.1.1.1. */
    XZ(hex("FD377A585A00"), "compressed with xz", "unpack it with unxz first"),
    /** RFC 8878, section 3.1.1. */
    ZSTD(hex("28B52FFD"), "compressed with zstd", "unpack it with unzstd first"),
    /** The LZ4 frame format's magic number. */
    LZ4(hex("04224D18"), "compressed with lz4", "unpack it with unlz4 first"),
    BZIP2("BZh", "compressed with bzip2", "unpack it with bunzip2 first"),
    ZIP(hex("504B0304"), "a zip archive", "unpack it first"),
    SEVEN_ZIP(hex("377ABCAF271C"), "a 7z archive", "unpack it first");

    /** One character a byte. */
    private final String magic;

    private final String description;
    private final String remedy;

    ForeignFormat(String magic, String description, String remedy) {
        this.magic = magic;
        this.description = description;
        this.remedy = remedy;
    }

    /** The format whose magic the bytes start with. */
    static Optional<ForeignFormat> of(MemorySegment file) {
        return Arrays.stream(values()).filter(format -> format.starts(file)).findFirst();
    }

    /** What it is, to be put after "is". */
    String description() {
        return description;
    }

    /** What to do about it, to be put after a colon. */
    String remedy() {
        return remedy;
    }

    private boolean starts(MemorySegment file) {
        if (file.byteSize() < magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if ((file.get(ValueLayout.JAVA_BYTE, i) & 0xFF) != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String hex(String digits) {
        return new String(HexFormat.of().parseHex(digits), StandardCharsets.ISO_8859_1);
    }
}
