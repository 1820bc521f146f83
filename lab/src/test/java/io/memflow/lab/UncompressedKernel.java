package io.memflow.lab;

import io.memflow.core.error.MalformedDataException;
import io.memflow.formats.compression.Lz4;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Takes the kernel out of a bzImage whose payload is packed by LZ4, so that a slow machine need not unpack it. Stateless.
 * Source: the kernel's Documentation/x86/boot.rst for the header, and LZ4's doc/lz4_Frame_format.md, "Legacy frame".
 */
final class UncompressedKernel {
    private static final String FORMAT = "bzImage";
    private static final int SETUP_SECTORS = 0x1f1;
    private static final int MAGIC_OFFSET = 0x202;
    private static final int MAGIC = 0x53726448;
    private static final int PAYLOAD_OFFSET = 0x248;
    private static final int SECTOR = 512;
    private static final int LEGACY_FRAME = 0x184C2102;
    private static final int BLOCK = 8 << 20;

    private UncompressedKernel() {}

    /** Writes the kernel in an image, an ELF file, to another. */
    static void unpack(Path image, Path target) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(image)).order(ByteOrder.LITTLE_ENDIAN);
        if (file.getInt(MAGIC_OFFSET) != MAGIC) {
            throw new MalformedDataException(FORMAT, MAGIC_OFFSET, "no boot header");
        }
        int sectors = file.get(SETUP_SECTORS) == 0 ? 4 : file.get(SETUP_SECTORS);
        int start = (sectors + 1) * SECTOR + file.getInt(PAYLOAD_OFFSET);
        // The last four bytes are the size of what is packed.
        int end = start + file.getInt(PAYLOAD_OFFSET + Integer.BYTES) - Integer.BYTES;
        if (file.getInt(start) != LEGACY_FRAME) {
            throw new MalformedDataException(FORMAT, start, "its payload is not packed by LZ4");
        }
        byte[] block = new byte[BLOCK];
        int at = start + Integer.BYTES;
        try (OutputStream out = Files.newOutputStream(target)) {
            while (at < end) {
                int length = file.getInt(at);
                byte[] packed = Arrays.copyOfRange(file.array(), at + Integer.BYTES, at + Integer.BYTES + length);
                out.write(block, 0, Lz4.decode(packed, block));
                at += Integer.BYTES + length;
            }
        }
    }
}
