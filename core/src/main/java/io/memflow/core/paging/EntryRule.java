package io.memflow.core.paging;

import java.util.List;

/**
 * One form that an entry of a level can have: how it is recognised and what it holds. Masks apply to an entry read as an
 * unsigned little-endian value; of a 16-byte entry to its low half. Immutable.
 *
 * @param kind what an entry of this form is
 * @param mask bits that tell the form
 * @param value what these bits are in this form
 * @param sizeBits of a page: log2 of its bytes. 0 for the other kinds
 * @param upperMask of a 16-byte entry: bits of its high half that are address bits 64 to 127. 0 otherwise
 * @param address where the entry holds the physical address of its page or table
 * @param flags what the entry says of the pages below it
 */
public record EntryRule(
        Kind kind,
        long mask,
        long value,
        int sizeBits,
        long upperMask,
        List<AddressField> address,
        List<EntryFlag> flags) {
    /** What an entry is. An entry that no rule knows is not present. */
    public enum Kind {
        /** It names a table of the next level. */
        TABLE,
        /** It maps a page. */
        PAGE,
        /** The architecture reserves this form: a processor would fault. */
        RESERVED
    }

    public EntryRule {
        address = List.copyOf(address);
        flags = List.copyOf(flags);
    }

    /** An entry that names a table. */
    public static EntryRule table(long mask, long value, AddressField address, List<EntryFlag> flags) {
        return new EntryRule(Kind.TABLE, mask, value, 0, 0, List.of(address), flags);
    }

    /** An entry that maps a page of {@code 1 << sizeBits} bytes. */
    public static EntryRule page(
            long mask, long value, int sizeBits, List<AddressField> address, List<EntryFlag> flags) {
        return new EntryRule(Kind.PAGE, mask, value, sizeBits, 0, address, flags);
    }

    /** A form that the architecture reserves. */
    public static EntryRule reserved(long mask, long value) {
        return new EntryRule(Kind.RESERVED, mask, value, 0, 0, List.of(), List.of());
    }

    /** Whether an entry has this form. */
    public boolean matches(long entry) {
        return (entry & mask) == value;
    }

    /** The physical address (its low 64 bits) that an entry of this form holds. */
    public long physical(long entry) {
        long physical = 0;
        // By index: an iterator would be garbage for every entry that is looked at.
        for (int i = 0; i < address.size(); i++) {
            physical |= address.get(i).of(entry);
        }
        return physical;
    }
}
