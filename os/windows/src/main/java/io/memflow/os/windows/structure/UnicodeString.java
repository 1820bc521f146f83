package io.memflow.os.windows.structure;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import java.nio.charset.StandardCharsets;

/**
 * Reads a {@code UNICODE_STRING} (ntdef.h): bytes in use, bytes there are room for, and a pointer to UTF-16. Stateless.
 */
public final class UnicodeString {
    private static final int CAPACITY = 2;

    private UnicodeString() {}

    /** Bytes that the structure takes, up to its end. */
    public static int bytes(PointerWidth width) {
        return 2 * width.bytes();
    }

    /**
     * The text; empty when there is none. Surrogates that stand alone become U+FFFD.
     *
     * @param address virtual address of the structure
     * @param width of the pointer in it
     * @throws io.memflow.core.memory.MemoryAccessException when it or its text cannot be read
     * @throws MalformedDataException when it contradicts itself
     */
    public static String read(MemoryView memory, long address, PointerWidth width) {
        int length = (int) memory.readUnsigned(address, Short.BYTES);
        int capacity = (int) memory.readUnsigned(address + CAPACITY, Short.BYTES);
        if (length == 0) {
            return "";
        }
        if (length % Character.BYTES != 0 || length > capacity) {
            throw new MalformedDataException(
                    "UNICODE_STRING", address, "it claims %d bytes of text in %d".formatted(length, capacity));
        }
        // The pointer lies at the next multiple of its own width.
        long text = memory.followPointer(address + width.bytes(), width);
        return new String(memory.readBytes(text, length), StandardCharsets.UTF_16LE);
    }
}
