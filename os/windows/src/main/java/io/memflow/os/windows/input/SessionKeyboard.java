package io.memflow.os.windows.input;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Keyboard;

/**
 * The keys of a session.
 *
 * @param space an address space of the session
 * @param address virtual address of {@code gafAsyncKeyState} in it
 */
record SessionKeyboard(MemoryView space, long address, long session) implements Keyboard {
    private long place(int code) {
        if (code < 1 || code >= VirtualKeys.COUNT - 1) {
            throw new IllegalArgumentException("no key has the code " + code);
        }
        return address + KeyStates.byteOf(code);
    }

    @Override
    public KeyPosition position(int code) {
        return (space.readByte(place(code)) & KeyStates.downBit(code)) == 0 ? KeyPosition.UP : KeyPosition.DOWN;
    }

    @Override
    public void set(int code, KeyPosition position) {
        long place = place(code);
        int others = space.readByte(place) & ~KeyStates.downBit(code);
        space.writeByte(place, (byte) (position == KeyPosition.DOWN ? others | KeyStates.downBit(code) : others));
    }
}
