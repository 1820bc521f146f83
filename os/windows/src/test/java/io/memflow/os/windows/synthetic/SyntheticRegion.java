package io.memflow.os.windows.synthetic;

/**
 * A region of a synthetic process, as its VAD was built.
 *
 * @param node virtual address of its {@code MMVAD} or {@code MMVAD_SHORT}
 * @param start first virtual address
 * @param end virtual address after its last byte
 * @param protection {@code MMVAD_FLAGS.Protection}: 1 read, 2 execute, 3 execute and read, 4 read and write, 5 copy on
 *     write, 6 execute, read and write, 7 execute and copy on write
 * @param kind what it is
 * @param file device path of the mapped file; empty for none
 * @param commit pages it is charged for
 */
public record SyntheticRegion(long node, long start, long end, int protection, Kind kind, String file, long commit) {
    /** What a region holds. */
    public enum Kind {
        /** Memory of the process alone. */
        PRIVATE,
        /** A section that is no image. */
        MAPPED,
        /** A program or library. */
        IMAGE
    }
}
