package io.memflow.os.linux.landmark;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import java.lang.foreign.MemorySegment;

/**
 * The words of a kernel image, and what they point to. Of 64-bit kernels: 32-bit ones that name no data also carry no types,
 * and are learned. Confined to one thread at a time.
 */
public final class ImageWords {
    static final int WORD = Long.BYTES;

    private final MemorySegment bytes;
    private final long virtualBase;
    private final VirtualMemory memory;
    private final Translation translation = new Translation();

    /**
     * @param bytes the image's bytes
     * @param virtualBase virtual address of the first
     * @param memory the kernel's address space
     */
    public ImageWords(MemorySegment bytes, long virtualBase, VirtualMemory memory) {
        this.bytes = bytes;
        this.virtualBase = virtualBase;
        this.memory = memory;
    }

    long size() {
        return bytes.byteSize();
    }

    /** The word at an offset in the image. */
    long word(long at) {
        return bytes.get(ScalarLayout.LONG_LITTLE, at);
    }

    /** Half a word at an offset in the image. */
    int half(long at) {
        return bytes.get(ScalarLayout.INT_LITTLE, at);
    }

    /** Virtual address of an offset in the image. */
    long address(long at) {
        return virtualBase + at;
    }

    /** Whether a virtual address lies in the image. */
    boolean isInside(long address) {
        return Long.compareUnsigned(address - virtualBase, bytes.byteSize()) < 0;
    }

    /** Whether a word could be the address of an aligned structure of the kernel. */
    boolean isPointer(long word) {
        return word < 0 && word % WORD == 0 && memory.format().isCanonical(word);
    }

    /** Whether a word could be the address of a structure that the kernel allocated. */
    boolean isPointerOut(long word) {
        return isPointer(word) && !isInside(word);
    }

    /** The pointer at a virtual address, 0 when it cannot be read. */
    long pointer(long address) {
        // Most of what is asked for is no address: finding that out must not cost an exception.
        if (!memory.translate(address, translation)) {
            return 0;
        }
        try {
            return memory.readPointer(address);
        } catch (MemoryAccessException unreadable) {
            return 0;
        }
    }

    /** The {@code int} at a virtual address, -1 when it cannot be read. */
    int int32(long address) {
        if (!memory.translate(address, translation)) {
            return -1;
        }
        try {
            return memory.readInt(address);
        } catch (MemoryAccessException unreadable) {
            return -1;
        }
    }
}
