package io.memflow.core.memory;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;

/** Pointers that are stored in memory: with a null check, one after another, and written. */
final class Pointers {
    private Pointers() {}

    /** The pointer at an address, which must not be null. */
    static long follow(TypedAccess view, long address, PointerWidth width) {
        long pointer = view.readPointer(address, width);
        if (pointer == 0) {
            throw new MemflowException(
                    ErrorOrigin.POINTER,
                    ErrorKind.NOT_FOUND,
                    "The pointer at %s is null.".formatted(Address.format(address)));
        }
        return pointer;
    }

    /** As {@link TypedAccess#resolveChain(PointerWidth, long, long...)}. */
    static long resolve(TypedAccess view, PointerWidth width, long address, long[] offsets) {
        long current = address;
        for (int i = 0; i < offsets.length; i++) {
            current += offsets[i];
            if (i + 1 < offsets.length) {
                long pointer = view.readPointer(current, width);
                if (pointer == 0) {
                    throw nullStep(address, current, i + 1, offsets.length - 1);
                }
                current = pointer;
            }
        }
        return current;
    }

    private static MemflowException nullStep(long start, long address, int step, int steps) {
        return new MemflowException(
                ErrorOrigin.POINTER,
                ErrorKind.NOT_FOUND,
                "The pointer chain from %s ends at step %d of %d: the pointer at %s is null."
                        .formatted(Address.format(start), step, steps, Address.format(address)));
    }

    static void write(TypedAccess view, long address, long pointer, PointerWidth width) {
        if (width == PointerWidth.BITS_32 && pointer >>> Integer.SIZE != 0) {
            throw new MemflowException(
                    ErrorOrigin.POINTER,
                    ErrorKind.OUT_OF_BOUNDS,
                    "%s does not fit into the pointer of 32 bits at %s, which was not written."
                            .formatted(Address.format(pointer), Address.format(address)));
        }
        view.writeUnsigned(address, width.bytes(), pointer);
    }

    static void readAll(TypedAccess view, long address, long[] pointers, PointerWidth width) {
        if (width == PointerWidth.BITS_64) {
            view.readLongs(address, pointers);
            return;
        }
        int[] narrow = new int[pointers.length];
        view.readInts(address, narrow);
        for (int i = 0; i < narrow.length; i++) {
            pointers[i] = Integer.toUnsignedLong(narrow[i]);
        }
    }
}
