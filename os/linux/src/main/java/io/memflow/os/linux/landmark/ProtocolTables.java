package io.memflow.os.linux.landmark;

import io.memflow.core.structure.StructureLayout;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Hash tables of sockets that a protocol's {@code struct proto} in the kernel image points to. Confined. */
final class ProtocolTables {
    /** {@code char name[32]} in {@code struct proto}, include/net/sock.h. */
    private static final int NAME_BYTES = 32;
    /** No {@code obj_size}, the bytes of a protocol's socket, is larger. */
    private static final int LARGEST_SOCKET = 1 << 16;

    private final ImageWords image;
    private final StructureLayout layout;

    ProtocolTables(ImageWords image, StructureLayout layout) {
        this.image = image;
        this.layout = layout;
    }

    /**
     * Virtual address of the table.
     *
     * @param protocol the protocol's name, at most 8 letters
     * @param member where {@code struct proto} points to it
     */
    OptionalLong of(String protocol, String member) {
        long name = layout.offset("proto", "name");
        long table = layout.offset("proto", member);
        long objectSize = layout.offset("proto", "obj_size");
        long size = layout.size("proto");
        long letters = letters(protocol);
        for (long at = 0; at + size <= image.size(); at += ImageWords.WORD) {
            int bytes = image.word(at + name) == letters && isEmpty(at + name + Long.BYTES, at + name + NAME_BYTES)
                    ? image.half(at + objectSize)
                    : 0;
            long pointer = bytes > 0 && bytes <= LARGEST_SOCKET ? image.word(at + table) : 0;
            if (image.isInside(pointer)) {
                return OptionalLong.of(pointer);
            }
        }
        return OptionalLong.empty();
    }

    private boolean isEmpty(long from, long end) {
        for (long at = from; at < end; at += Long.BYTES) {
            if (image.word(at) != 0) {
                return false;
            }
        }
        return true;
    }

    private static long letters(String protocol) {
        long word = 0;
        byte[] ascii = protocol.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < ascii.length; i++) {
            word |= (long) ascii[i] << (i * Byte.SIZE);
        }
        return word;
    }
}
