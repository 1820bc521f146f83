package io.memflow.formats.elf;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Splits a PT_NOTE segment into its notes (System V gABI, "Note Section"). */
final class ElfNotes {
    private static final int NOTE_HEADER_BYTES = 12;
    private static final int MAX_NAME_BYTES = 256;
    /** QEMU writes two notes per virtual CPU and has at most 4096 of those. */
    private static final int MAX_NOTES = 1 << 16;

    private ElfNotes() {}

    /** Whether the whole segment is in the file, or the file ends inside it. */
    enum Extent {
        WHOLE,
        TRUNCATED
    }

    /**
     * Adds the notes of one segment.
     *
     * @param file the whole file
     * @param start file offset of the segment
     * @param length how much of the segment the file holds
     * @param alignment of names and descriptors, 4 or 8
     * @param extent when truncated, a note that does not fit ends the list instead of failing it
     */
    static void append(List<ElfNote> notes, MemorySegment file, long start, long length, int alignment, Extent extent) {
        long position = start;
        long end = start + length;
        while (end - position >= NOTE_HEADER_BYTES) {
            long nameBytes = LittleEndian.u32(file, position);
            long descriptorBytes = LittleEndian.u32(file, position + 4);
            long descriptor = start + alignUp(position - start + NOTE_HEADER_BYTES + nameBytes, alignment);
            if (descriptor > end || descriptorBytes > end - descriptor) {
                if (extent == Extent.TRUNCATED) {
                    return;
                }
                throw ElfHeader.malformed(
                        position, "a note of %d bytes reaches beyond its segment".formatted(descriptorBytes));
            }
            if (nameBytes > MAX_NAME_BYTES || notes.size() == MAX_NOTES) {
                throw ElfHeader.malformed(
                        position,
                        "a note name of %d bytes as note %d is beyond any core file"
                                .formatted(nameBytes, notes.size()));
            }
            notes.add(new ElfNote(
                    name(file, position + NOTE_HEADER_BYTES, (int) nameBytes),
                    LittleEndian.s32(file, position + 8),
                    file.asSlice(descriptor, descriptorBytes)));
            position = Math.min(end, start + alignUp(descriptor - start + descriptorBytes, alignment));
        }
    }

    private static String name(MemorySegment file, long offset, int length) {
        return text(file.asSlice(offset, length));
    }

    /** The bytes before the first NUL. */
    static String text(MemorySegment segment) {
        byte[] bytes = segment.toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static long alignUp(long value, int alignment) {
        return value + alignment - 1 & -alignment;
    }
}
