package io.memflow.core.translate;

/**
 * One level of page tables.
 *
 * @param shift lowest virtual-address bit that the level's index uses
 * @param indexBits how many bits the index has
 * @param leaf when an entry of this level ends the walk
 */
public record PagingLevel(int shift, int indexBits, Leaf leaf) {
    /** When an entry maps a page instead of naming the next table. */
    public enum Leaf {
        NEVER,
        /** When the format's page-size bit is set. */
        WHEN_SIZE_BIT,
        ALWAYS
    }
}
