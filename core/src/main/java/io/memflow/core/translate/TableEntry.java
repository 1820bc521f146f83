package io.memflow.core.translate;

import io.memflow.core.memory.Fault;
import io.memflow.core.paging.PagingLevel;

/**
 * The page-table entry that ends the walk for an address.
 *
 * @param fault {@link Fault#NONE} when the entry was read; otherwise why the walk ended before it
 * @param value the entry as it stands in the table, unsigned; meaningless with a fault
 * @param level the level it is of
 * @param number that level's number, 1 being the last
 * @param start first virtual address that the entry, and those after it that are equal, stand for
 * @param length bytes they stand for; 0 for the whole of a 64-bit space
 */
public record TableEntry(Fault fault, long value, PagingLevel level, int number, long start, long length) {}
