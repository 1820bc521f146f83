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

    private AddressTable(Candidate candidate, long[] values, int descents, int inside) {
        this.values = values;
        this.offset = candidate.offset();
        this.encoding = candidate.encoding();
        this.base = candidate.isRelative() ? OptionalLong.of(candidate.base()) : OptionalLong.empty();
        this.descents = descents;
        this.inside = inside;
    }

    /** A place where the addresses could be. */
    private record Candidate(long offset, AddressEncoding encoding, long base) {
        boolean isRelative() {
            return encoding == AddressEncoding.RELATIVE || encoding == AddressEncoding.RELATIVE_ABSOLUTE_PERCPU;
        }
    }

    /** Decodes the addresses that belong to the names, or gives null when nothing around them proves to be addresses. */
    static @Nullable AddressTable find(KernelImage image, TokenTable tokens, NameTable names, NameIndex index) {
        int count = names.size();
        for (Candidate candidate : candidates(image, tokens, names)) {
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

    private static List<Candidate> candidates(KernelImage image, TokenTable tokens, NameTable names) {
        int pointer = image.pointerBytes();
        int count = names.size();
        List<Candidate> candidates = new ArrayList<>();
        long base = names.countOffset() - pointer;
        addRelative(
                candidates, image, KernelImage.alignDown(base - (long) count * Integer.BYTES, pointer), base, count);
        candidates.add(new Candidate(names.countOffset() - (long) count * pointer, AddressEncoding.ABSOLUTE, 0));
        long after = KernelImage.alignUp(tokens.indexEnd(), pointer);
        addRelative(
                candidates, image, after, KernelImage.alignUp(after + (long) count * Integer.BYTES, pointer), count);
        candidates.add(new Candidate(after, AddressEncoding.ABSOLUTE, 0));
        candidates.add(new Candidate(
                KernelImage.alignUp(tokens.indexEnd(), Integer.BYTES), AddressEncoding.PLACE_RELATIVE, 0));
        return candidates;
    }

    private static void addRelative(
            List<Candidate> candidates, KernelImage image, long offset, long baseOffset, int count) {
        if (!image.holds(offset, (long) count * Integer.BYTES) || !image.holds(baseOffset, image.pointerBytes())) {
            return;
        }
        long base = image.pointer(baseOffset);
        if (image.inKernelSpace(base)) {
            candidates.add(new Candidate(offset, AddressEncoding.RELATIVE_ABSOLUTE_PERCPU, base));
            candidates.add(new Candidate(offset, AddressEncoding.RELATIVE, base));
        }
    }

    /** Looks at three entries, because decoding all of them costs a millisecond in a cold JVM. */
    private static boolean isWorthDecoding(KernelImage image, Candidate candidate, int count) {
        int width = candidate.encoding() == AddressEncoding.ABSOLUTE ? image.pointerBytes() : Integer.BYTES;
        if (!image.holds(candidate.offset(), (long) count * width)) {
            return false;
        }
        for (int quarter = 1; quarter < 4; quarter++) {
            int entry = (int) ((long) count * quarter / 4);
            Candidate single =
                    new Candidate(candidate.offset() + (long) entry * width, candidate.encoding(), candidate.base());
            if (image.containsAddress(values(image, single, 1)[0])) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable AddressTable decode(KernelImage image, Candidate candidate, int count) {
        long[] values = values(image, candidate, count);
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
        return plausible ? new AddressTable(candidate, values, descents, inside) : null;
    }

    private static long[] values(KernelImage image, Candidate candidate, int count) {
        if (candidate.encoding() == AddressEncoding.ABSOLUTE && image.pointerBytes() == Long.BYTES) {
            long[] values = new long[count];
            image.longs(candidate.offset(), values, count);
            return values;
        }
        long mask = image.pointerBytes() == Long.BYTES ? -1L : 0xFFFF_FFFFL;
        int[] stored = image.ints(candidate.offset(), count);
        long[] values = new long[count];
        long base = candidate.base();
        switch (candidate.encoding()) {
            case ABSOLUTE, RELATIVE -> {
                for (int entry = 0; entry < count; entry++) {
                    values[entry] = (base + (stored[entry] & 0xFFFF_FFFFL)) & mask;
                }
            }
            case RELATIVE_ABSOLUTE_PERCPU -> {
                for (int entry = 0; entry < count; entry++) {
                    int value = stored[entry];
                    values[entry] = (value >= 0 ? value : base - 1 - value) & mask;
                }
            }
            case PLACE_RELATIVE -> {
                long place = image.addressOf(candidate.offset());
                for (int entry = 0; entry < count; entry++) {
                    values[entry] = (place + (long) entry * Integer.BYTES + stored[entry]) & mask;
                }
            }
        }
        return values;
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
