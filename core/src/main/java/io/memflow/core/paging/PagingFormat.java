package io.memflow.core.paging;

import java.util.List;

/**
 * A page-table format as data: the levels from the root down and what the bits of an entry mean. One format describes one
 * tree; an architecture with two roots has two trees in its {@link AddressSpace}. Immutable.
 *
 * @param name the name people know the format by
 * @param entryBytes size of an entry: 4, 8 or 16
 * @param addressBits width of a virtual address: 32, 64 or 128
 * @param virtualBits low address bits that are translated
 * @param canonicalForm what the address bits above the translated ones must be
 * @param ignoredTopBits how many of the highest address bits the processor ignores (ARM's top-byte-ignore)
 * @param rootMask bits of a root register that hold the root table's physical address; the rest is not part of it
 * @param levels from the root down
 */
public record PagingFormat(
        String name,
        int entryBytes,
        int addressBits,
        int virtualBits,
        CanonicalForm canonicalForm,
        int ignoredTopBits,
        long rootMask,
        List<PagingLevel> levels) {
    /** Most levels a format may have. */
    public static final int MAX_LEVELS = 12;

    public PagingFormat {
        levels = List.copyOf(levels);
        if (levels.isEmpty() || levels.size() > MAX_LEVELS) {
            throw new IllegalArgumentException(name + ": a format has 1 to " + MAX_LEVELS + " levels");
        }
        boolean lastNamesTables =
                levels.getLast().rules().stream().anyMatch(rule -> rule.kind() == EntryRule.Kind.TABLE);
        if (lastNamesTables) {
            throw new IllegalArgumentException(name + ": an entry of the last level cannot name a table");
        }
    }

    /** Bytes that one entry of the last level maps; the smallest page. */
    public long pageSize() {
        return 1L << levels.getLast().shift();
    }

    /** Whether addresses or entries are wider than 64 bits. */
    public boolean isWide() {
        return addressBits > Long.SIZE || entryBytes > Long.BYTES;
    }

    /** Bytes of a pointer. */
    public int pointerBytes() {
        return addressBits / Byte.SIZE;
    }

    /** Whether this tree translates a virtual address of at most 64 bits. */
    public boolean isCanonical(long virtual) {
        boolean inSpace = addressBits >= Long.SIZE || virtual >>> addressBits == 0;
        // Moved up so that the address' highest bit that counts is bit 63.
        long aligned = virtual << (Long.SIZE - addressBits + ignoredTopBits);
        return inSpace && highBitsAgree(aligned, addressBits - ignoredTopBits - virtualBits);
    }

    /**
     * Whether this tree translates a virtual address.
     *
     * @param upper bits 64 to 127; must be 0 in a space of 64 bits
     */
    public boolean isCanonical(long upper, long virtual) {
        if (addressBits <= Long.SIZE) {
            return upper == 0 && isCanonical(virtual);
        }
        int checked = addressBits - virtualBits;
        if (checked <= Long.SIZE) {
            // With all of the upper word checked, a copied sign bit is the highest of the lower word.
            boolean signMatches = checked < Long.SIZE
                    || canonicalForm != CanonicalForm.SIGN_EXTENDED
                    || upper == virtual >> (Long.SIZE - 1);
            return highBitsAgree(upper, checked) && signMatches;
        }
        boolean upperAgrees = canonicalForm == CanonicalForm.SIGN_EXTENDED
                ? upper == virtual >> (Long.SIZE - 1)
                : highBitsAgree(upper, Long.SIZE);
        return upperAgrees && highBitsAgree(virtual, checked - Long.SIZE);
    }

    /** Whether the {@code count} highest bits of a word, at most 64, are as the canonical form wants them. */
    private boolean highBitsAgree(long word, int count) {
        if (count == 0) {
            return true;
        }
        int rest = Long.SIZE - count;
        return switch (canonicalForm) {
            // The highest translated bit must agree with its copies: together they shift down to 0 or -1.
            case SIGN_EXTENDED -> rest == 0 ? (word == 0 || word == -1) : (((word >> (rest - 1)) + 1) >>> 1) == 0;
            case ZEROS -> word >>> rest == 0;
            case ONES -> ~word >>> rest == 0;
        };
    }
}
