package io.memflow.core.os;

/**
 * The keys of one user of a machine, as the system keeps their state, whatever devices they are on. Each call reads or writes
 * the target anew. Thread-safe.
 */
public interface Keyboard {
    /** What a key does. */
    enum KeyPosition {
        UP,
        DOWN
    }

    /** Number of the session whose keys these are. */
    long session();

    /**
     * Whether a key is held down.
     *
     * @param code the system's number for it (Windows: virtual-key code, winuser.h)
     * @throws IllegalArgumentException when no key can have that number
     * @throws io.memflow.core.memory.MemoryAccessException when the state cannot be read
     */
    KeyPosition position(int code);

    /**
     * Presses or releases a key: programs that ask for its state see it so until the target's own input changes it.
     *
     * @param code as in {@link #position}
     * @throws IllegalArgumentException when no key can have that number
     * @throws io.memflow.core.memory.MemoryAccessException when the state cannot be written, as on evidence and wherever the
     *     user did not ask for writes
     */
    void set(int code, KeyPosition position);
}
