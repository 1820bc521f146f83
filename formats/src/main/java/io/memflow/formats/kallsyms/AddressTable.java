package io.memflow.formats.kallsyms;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of all symbols in table order, decoded. No layout is assumed: every place and encoding that a kernel ever
 * used is decoded and must prove itself by ascending addresses inside the image. Immutable.
 */
final class AddressTable {
    /** The kernel sorts the table; some leniency costs nothing, since a wrong decoding descends at every other entry. */
    private static final int DESCENTS_PER_ENTRIES = 100;

    private static final String[] BOUNDARY_SYMBOLS = {"_text", "_stext", "_etext"};

    private final long[] values;
    private final long offset;
    private final AddressEncoding encoding;
    private final OptionalLong base;
    private final int descents;
    private final int inside;

    private AddressTable(AddressCandidate candidate, long[] values, int descents, int inside) {
        this.values = values;
        this.offset = candidate.offset();
        this.encoding = candidate.encoding();
        this.base = candidate.isRelative() ? OptionalLong.of(candidate.base()) : OptionalLong.empty();
        this.descents = descents;
        this.inside = inside;
    }

    /** Decodes the addresses that belong to the names, or gives null when nothing around them proves to be addresses. */
    static @Nullable AddressTable find(KernelImage image, TokenTable tokens, NameTable names, NameIndex index) {
        int count = names.size();
        for (AddressCandidate candidate : AddressCandidate.all(image, tokens.indexEnd(), names.countOffset(), count)) {
            if (!isWorthDecoding(image, candidate, count)) {
                continue;
            }
            AddressTable table = decode(image, candidate, count);
            if (table != null && table.boundariesAgree(image, index)) {
                return table;
            }
        }
        return null;
    }

    /** Looks at three entries, because decoding all of them costs a millisecond in a cold JVM. */
    private static boolean isWorthDecoding(KernelImage image, AddressCandidate candidate, int count) {
        int width = candidate.width(image);
        if (!image.holds(candidate.offset(), (long) count * width)) {
            return false;
        }
        for (int quarter = 1; quarter < 4; quarter++) {
            int entry = (int) ((long) count * quarter / 4);
            AddressCandidate single = new AddressCandidate(
                    candidate.offset() + (long) entry * width, candidate.encoding(), candidate.base());
            if (image.containsAddress(single.values(image, 1)[0])) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable AddressTable decode(KernelImage image, AddressCandidate candidate, int count) {
        long[] values = candidate.values(image, count);
        // Adding the lowest long turns unsigned order into signed order.
        long first = image.virtualAddress();
        long flippedSize = image.size() + Long.MIN_VALUE;
        long flippedPrevious = Long.MIN_VALUE;
        int descents = 0;
        int inside = 0;
        for (long value : values) {
            long flipped = value + Long.MIN_VALUE;
            if (flipped < flippedPrevious) {
                descents++;
            }
            if (flipped - first <= flippedSize) {
                inside++;
            }
            flippedPrevious = flipped;
        }
        boolean plausible = descents <= count / DESCENTS_PER_ENTRIES && inside >= count / 2;
        return plausible && !AddressPages.areDamaged(image, candidate, values)
                ? new AddressTable(candidate, values, descents, inside)
                : null;
    }

    /** The symbols at the ends of the kernel's text, where they exist, must lie in the image and in order. */
    private boolean boundariesAgree(KernelImage image, NameIndex index) {
        long previous = 0;
        for (String name : BOUNDARY_SYMBOLS) {
            int symbol = index.find(name);
            if (symbol >= 0) {
                long address = values[symbol];
                if (!image.containsAddress(address) || Long.compareUnsigned(address, previous) < 0) {
                    return false;
                }
                previous = address;
            }
        }
        return true;
    }

    long value(int symbol) {
        return values[symbol];
    }

    int size() {
        return values.length;
    }

    /** Offset of the first stored address in the image. */
    long offset() {
        return offset;
    }

    AddressEncoding encoding() {
        return encoding;
    }

    OptionalLong base() {
        return base;
    }

    /** Whether the table is in ascending (unsigned) order. */
    boolean isSorted() {
        return descents == 0;
    }

    /** The checks these addresses passed, in words. Not made while searching: formatting is slow in a cold JVM. */
    List<String> evidence(NameIndex index) {
        List<String> evidence = new ArrayList<>();
        evidence.add("%d of %d addresses ascend".formatted(values.length - descents, values.length));
        evidence.add("%d of %d addresses lie inside the image".formatted(inside, values.length));
        for (String name : BOUNDARY_SYMBOLS) {
            evidence.add(name + (index.find(name) >= 0 ? " lies inside the image" : " does not exist"));
        }
        if (base.isPresent()) {
            evidence.add("relative base 0x%x is in kernel space".formatted(base.getAsLong()));
        }
        return evidence;
    }
}
