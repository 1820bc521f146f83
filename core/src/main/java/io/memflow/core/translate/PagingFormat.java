package io.memflow.core.translate;

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
        return isCanonical(0, virtual);
    }

    /**
     * Whether this tree translates a virtual address.
     *
     * @param upper bits 64 to 127; must be 0 in a space of 64 bits
     */
    public boolean isCanonical(long upper, long virtual) {
        if (addressBits > Long.SIZE) {
            return isCanonicalWide(upper, virtual);
        }
        int drop = Long.SIZE - addressBits + ignoredTopBits;
        boolean zeros = canonicalForm == CanonicalForm.ZEROS;
        long extended = zeros ? virtual << drop >>> drop : virtual << drop >> drop;
        boolean inSpace = upper == 0 && (addressBits == Long.SIZE || virtual >>> addressBits == 0);
        return inSpace && bitsAboveAgree(extended, virtualBits);
    }

    private boolean isCanonicalWide(long upper, long virtual) {
        if (virtualBits >= 2 * Long.SIZE) {
            return true;
        }
        if (virtualBits > Long.SIZE) {
            return bitsAboveAgree(upper, virtualBits - Long.SIZE);
        }
        return bitsAboveAgree(virtual, virtualBits)
                && upper == (canonicalForm == CanonicalForm.ZEROS ? 0 : virtual >> 63);
    }

    private boolean bitsAboveAgree(long word, int bits) {
        if (bits >= Long.SIZE) {
            return true;
        }
        return switch (canonicalForm) {
            case SIGN_EXTENDED -> word << (Long.SIZE - bits) >> (Long.SIZE - bits) == word;
            case ZEROS -> word >>> bits == 0;
            case ONES -> ~word >>> bits == 0;
        };
    }
}
