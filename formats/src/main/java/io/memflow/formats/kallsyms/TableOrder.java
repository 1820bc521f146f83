package io.memflow.formats.kallsyms;

/** In which order the parts of the table follow each other (kernel {@code scripts/kallsyms.c}, {@code write_src}). */
public enum TableOrder {
    /** Addresses, count, names, markers, tokens: up to 6.1. */
    ADDRESSES_FIRST,
    /** As before, with the sequence numbers of the sorted names between markers and tokens: 6.2 and its backports. */
    ADDRESSES_FIRST_WITH_SEQUENCE,
    /** Count, names, markers, tokens, addresses: from 6.5 on. */
    ADDRESSES_LAST
}
