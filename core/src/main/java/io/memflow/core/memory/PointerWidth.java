package io.memflow.core.memory;

/** How many bytes a pointer takes in memory. */
public enum PointerWidth {
    BITS_32(4),
    BITS_64(8);

    private final int bytes;

    PointerWidth(int bytes) {
        this.bytes = bytes;
    }

    public int bytes() {
        return bytes;
    }

    /** The width of a view's own pointers. */
    public static PointerWidth of(ViewProperties properties) {
        return properties.pointerBytes() == BITS_32.bytes ? BITS_32 : BITS_64;
    }
}
