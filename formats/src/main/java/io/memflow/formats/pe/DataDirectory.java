package io.memflow.formats.pe;

/**
 * Where one of an image's tables lies ({@code IMAGE_DATA_DIRECTORY}). Immutable.
 *
 * @param address relative virtual address of its first byte; 0 when the image has no such table
 * @param bytes its length
 */
public record DataDirectory(long address, long bytes) {
    static final DataDirectory NONE = new DataDirectory(0, 0);

    /** The tables an image can have, by their index (PE Format, "Optional Header Data Directories"). */
    public enum Kind {
        EXPORT(0),
        IMPORT(1),
        RESOURCE(2),
        DEBUG(6),
        DELAY_IMPORT(13);

        private final int index;

        Kind(int index) {
            this.index = index;
        }

        int index() {
            return index;
        }
    }

    boolean isPresent() {
        return address != 0;
    }

    boolean contains(long relative) {
        return relative >= address && relative - address < bytes;
    }
}
