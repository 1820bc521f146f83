package io.memflow.formats.elf.image;

import io.memflow.formats.pages.ImagePages;
import java.util.HexFormat;
import java.util.Optional;

/** What linkers write to tell builds apart: the note {@code NT_GNU_BUILD_ID} (binutils' include/elf/common.h). Stateless. */
final class BuildId {
    private static final int TYPE = 3;
    /** The owner's name with its zero byte. */
    private static final byte[] OWNER = {'G', 'N', 'U', 0};

    private static final int HEADER_BYTES = 3 * Integer.BYTES;
    /** SHA-512 would be this long; linkers write 16 or 20 bytes unless told otherwise. */
    private static final int LONGEST = 64;

    private static final int MOST_NOTES = 256;

    private BuildId() {}

    /**
     * Looks for it in one segment of notes.
     *
     * @param start virtual address of the first note
     * @throws io.memflow.core.memory.MemoryAccessException when a note on the way is not in memory
     */
    static Optional<String> find(ImagePages pages, long start, long length) {
        long at = 0;
        for (int i = 0; i < MOST_NOTES && length - at >= HEADER_BYTES; i++) {
            long nameBytes = pages.unsigned(start + at, Integer.BYTES);
            long bytes = pages.unsigned(start + at + Integer.BYTES, Integer.BYTES);
            long type = pages.unsigned(start + at + 2L * Integer.BYTES, Integer.BYTES);
            long content = at + HEADER_BYTES + aligned(nameBytes);
            if (content > length || bytes > length - content) {
                throw ElfLimits.malformed(start + at, "a note of %d bytes reaches beyond its segment".formatted(bytes));
            }
            if (type == TYPE && isGnu(pages, start + at + HEADER_BYTES, nameBytes) && bytes <= LONGEST) {
                return Optional.of(HexFormat.of().formatHex(pages.bytes(start + content, (int) bytes)));
            }
            at = content + aligned(bytes);
        }
        return Optional.empty();
    }

    private static boolean isGnu(ImagePages pages, long address, long nameBytes) {
        if (nameBytes != OWNER.length) {
            return false;
        }
        for (int i = 0; i < OWNER.length; i++) {
            if ((byte) pages.unsigned(address + i, Byte.BYTES) != OWNER[i]) {
                return false;
            }
        }
        return true;
    }

    /** Notes that matter here are aligned to four bytes; those aligned to eight have contents of a multiple of that. */
    private static long aligned(long bytes) {
        return bytes + Integer.BYTES - 1 & -Integer.BYTES;
    }
}
