package io.memflow.formats.pe;

import io.memflow.formats.pages.ImagePages;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of the debug directory ({@code IMAGE_DEBUG_DIRECTORY}). Immutable.
 *
 * @param type what it is: 2 is CodeView, which names the symbol file; 16 a build that can be repeated
 * @param timestamp seconds since 1970, or a hash
 * @param address relative address of its data; 0 when they are in the file only
 * @param fileOffset where its data are in the file
 * @param bytes of its data
 */
public record DebugEntry(int type, long timestamp, long address, long fileOffset, long bytes) {
    /** {@code IMAGE_DEBUG_TYPE_CODEVIEW}. */
    public static final int CODE_VIEW = 2;

    private static final int BYTES = 28;

    static List<DebugEntry> read(ImagePages pages, long base, long imageBytes, DataDirectory directory) {
        List<DebugEntry> entries = new ArrayList<>();
        if (!directory.isPresent() || directory.address() >= imageBytes) {
            return entries;
        }
        long count = Math.min(directory.bytes() / BYTES, PeLimits.MOST_DEBUG_ENTRIES);
        for (int i = 0; i < count; i++) {
            long at = base + directory.address() + (long) i * BYTES;
            entries.add(new DebugEntry(
                    (int) pages.unsigned(at + 12, Integer.BYTES),
                    pages.unsigned(at + 4, Integer.BYTES),
                    pages.unsigned(at + 20, Integer.BYTES),
                    pages.unsigned(at + 24, Integer.BYTES),
                    pages.unsigned(at + 16, Integer.BYTES)));
        }
        return entries;
    }
}
