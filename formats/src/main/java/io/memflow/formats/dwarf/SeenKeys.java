package io.memflow.formats.dwarf;

import java.util.Arrays;

/** A set of numbers that are not negative: a kernel's types repeat in each unit, and are looked at once. Confined. */
final class SeenKeys {
    private static final long EMPTY = -1;

    private long[] slots = new long[1 << 12];
    private int size;

    SeenKeys() {
        Arrays.fill(slots, EMPTY);
    }

    /** Adds a number; whether it was not there before. */
    boolean add(long key) {
        if (2 * size >= slots.length) {
            grow();
        }
        int slot = slot(key);
        if (slots[slot] == key) {
            return false;
        }
        slots[slot] = key;
        size++;
        return true;
    }

    private int slot(long key) {
        int slot = Long.hashCode(key * 0x9E37_79B9_7F4A_7C15L) & (slots.length - 1);
        while (slots[slot] != EMPTY && slots[slot] != key) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[2 * old.length];
        Arrays.fill(slots, EMPTY);
        for (long key : old) {
            if (key != EMPTY) {
                slots[slot(key)] = key;
            }
        }
    }
}
