package io.memflow.core.paging;

import java.util.List;

/**
 * One level of page tables. Immutable.
 *
 * @param shift lowest virtual-address bit that the level's index uses
 * @param indexBits how many bits the index has; those of the root level also say how large the root is, which covers
 *     concatenated and shortened start tables
 * @param rules the forms an entry can have; the first that matches holds
 */
public record PagingLevel(int shift, int indexBits, List<EntryRule> rules) {
    public PagingLevel {
        rules = List.copyOf(rules);
    }
}
