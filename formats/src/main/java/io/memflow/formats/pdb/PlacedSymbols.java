package io.memflow.formats.pdb;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Symbols with their relative addresses, in arrays: where the name of each lies in the stream of records, and its length.
 * Grows while it is filled, by one thread; immutable after that.
 */
final class PlacedSymbols {
    private final MsfStream names;
    private int size;
    private int[] addresses = new int[64];
    private int[] namePlaces = new int[64];
    private int[] nameLengths = new int[64];
    private byte[] letters = new byte[64];

    PlacedSymbols(MsfStream names) {
        this.names = names;
    }

    void add(long address, long namePlace, int nameBytes, char letter) {
        if (size == addresses.length) {
            int room = 2 * size;
            addresses = Arrays.copyOf(addresses, room);
            namePlaces = Arrays.copyOf(namePlaces, room);
            nameLengths = Arrays.copyOf(nameLengths, room);
            letters = Arrays.copyOf(letters, room);
        }
        addresses[size] = (int) address;
        namePlaces[size] = (int) namePlace;
        nameLengths[size] = nameBytes;
        letters[size] = (byte) letter;
        size++;
    }

    int size() {
        return size;
    }

    /** Relative virtual address. */
    long address(int index) {
        return Integer.toUnsignedLong(addresses[index]);
    }

    char letter(int index) {
        return (char) letters[index];
    }

    int hash(int index) {
        return names.hash(Integer.toUnsignedLong(namePlaces[index]), nameLengths[index]);
    }

    String name(int index) {
        long place = Integer.toUnsignedLong(namePlaces[index]);
        return names.text(place, place + nameLengths[index]);
    }

    boolean isNamed(int index, byte[] wanted) {
        long place = Integer.toUnsignedLong(namePlaces[index]);
        return nameLengths[index] == wanted.length && names.isText(place, place + wanted.length, wanted);
    }

    /** Indices by ascending address, those of equal address in table order. */
    int[] ascending() {
        return LongStream.range(0, size)
                .map(index -> (address((int) index) << (Integer.SIZE - 1)) | index)
                .sorted()
                .mapToInt(key -> (int) (key & Integer.MAX_VALUE))
                .toArray();
    }

    /** The same without symbols behind the first {@code keep} that repeat name and address of another. */
    PlacedSymbols withoutRepeats(int keep) {
        int[] order = ascending();
        boolean[] isRepeat = new boolean[size];
        for (int i = 1; i < order.length; i++) {
            int index = order[i];
            for (int j = i - 1; j >= 0 && i - j <= 8 && addresses[order[j]] == addresses[index]; j--) {
                isRepeat[index] |= index >= keep && isSameName(order[j], index);
            }
        }
        PlacedSymbols kept = new PlacedSymbols(names);
        for (int i = 0; i < size; i++) {
            if (!isRepeat[i]) {
                kept.add(address(i), Integer.toUnsignedLong(namePlaces[i]), nameLengths[i], letter(i));
            }
        }
        return kept;
    }

    private boolean isSameName(int one, int other) {
        return nameLengths[one] == nameLengths[other]
                && hash(one) == hash(other)
                && name(one).equals(name(other));
    }
}
