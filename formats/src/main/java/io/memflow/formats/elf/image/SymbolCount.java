package io.memflow.formats.elf.image;

import io.memflow.core.error.MemflowException;
import io.memflow.formats.elf.ElfWidth;
import io.memflow.formats.pages.ImagePages;
import io.memflow.formats.pages.Notes;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How many dynamic symbols an image has, which only its section headers would say outright: from its hash tables (System V
 * gABI, "Hash Table"; GNU's form in binutils' bfd/elflink.c). Stateless.
 */
final class SymbolCount {
    /** Words before the Bloom filter of a GNU hash table. */
    private static final int GNU_HEADER_BYTES = 16;

    private SymbolCount() {}

    /** From {@code DT_HASH}: the length of its chain table. Empty when there is none or it cannot be read. */
    static OptionalInt ofHash(ImagePages pages, DynamicTable dynamic, Notes notes) {
        OptionalLong table = dynamic.address(DynamicTable.HASH);
        if (table.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            return capped(pages.unsigned(table.getAsLong() + Integer.BYTES, Integer.BYTES), table.getAsLong());
        } catch (MemflowException unreadable) {
            notes.add("DT_HASH", unreadable);
            return OptionalInt.empty();
        }
    }

    /**
     * From {@code DT_GNU_HASH}: the end of the chain that begins last. The table knows symbols that can be found by name
     * only, so an image that offers none has no count here.
     */
    static OptionalInt ofGnuHash(ImagePages pages, DynamicTable dynamic, ElfWidth width, Notes notes) {
        OptionalLong table = dynamic.address(DynamicTable.GNU_HASH);
        if (table.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            return ofGnuHash(pages, table.getAsLong(), width);
        } catch (MemflowException unreadable) {
            notes.add("DT_GNU_HASH", unreadable);
            return OptionalInt.empty();
        }
    }

    private static OptionalInt ofGnuHash(ImagePages pages, long table, ElfWidth width) {
        long buckets = pages.unsigned(table, Integer.BYTES);
        long firstSymbol = pages.unsigned(table + Integer.BYTES, Integer.BYTES);
        long filterWords = pages.unsigned(table + 2L * Integer.BYTES, Integer.BYTES);
        if (buckets > ElfLimits.MOST_SYMBOLS || filterWords > ElfLimits.MOST_SYMBOLS) {
            throw ElfLimits.malformed(
                    table, "a hash table of %d buckets and %d filter words".formatted(buckets, filterWords));
        }
        long bucket = table + GNU_HEADER_BYTES + filterWords * width.wordBytes();
        long last = 0;
        for (long i = 0; i < buckets; i++) {
            last = Math.max(last, pages.unsigned(bucket + i * Integer.BYTES, Integer.BYTES));
        }
        if (last < firstSymbol || last == 0) {
            return OptionalInt.empty();
        }
        long chain = bucket + buckets * Integer.BYTES;
        while (last < ElfLimits.MOST_SYMBOLS
                && (pages.unsigned(chain + (last - firstSymbol) * Integer.BYTES, Integer.BYTES) & 1) == 0) {
            last++;
        }
        return capped(last + 1, table);
    }

    private static OptionalInt capped(long count, long table) {
        if (count > ElfLimits.MOST_SYMBOLS) {
            throw ElfLimits.malformed(table, "a hash table of %d symbols".formatted(count));
        }
        return OptionalInt.of((int) count);
    }
}
