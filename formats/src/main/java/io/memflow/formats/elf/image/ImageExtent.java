package io.memflow.formats.elf.image;

import io.memflow.formats.elf.ElfWidth;
import java.util.OptionalLong;

/**
 * What of an address space an image takes. Immutable.
 *
 * @param bias what is added to an address as linked, modulo the address space
 * @param base first virtual address, unsigned
 * @param bytes how much it takes from there on, gaps included
 * @param width its class, in which addresses wrap
 */
record ImageExtent(long bias, long base, long bytes, ElfWidth width) {
    /** The virtual address of something by its address as linked. */
    long moved(long linked) {
        return width.wrap(linked + bias);
    }

    boolean holds(long address) {
        return Long.compareUnsigned(address - base, bytes) < 0;
    }

    /** Bytes from an address to the image's end, 0 outside of it. */
    long rest(long address) {
        return holds(address) ? bytes - (address - base) : 0;
    }

    /** Where a value of the dynamic section points to, which may be an address as linked or a moved one. */
    OptionalLong place(long value) {
        long moved = moved(value);
        if (holds(value) && !holds(moved)) {
            return OptionalLong.of(value);
        }
        return holds(moved) ? OptionalLong.of(moved) : OptionalLong.empty();
    }
}
