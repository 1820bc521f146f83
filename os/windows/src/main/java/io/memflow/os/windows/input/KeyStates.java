package io.memflow.os.windows.input;

import io.memflow.core.os.InputDeviceInfo.PressedKey;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of all keys as {@code gafAsyncKeyState} of win32kbase.sys holds it: two bits for each virtual-key code, the lower of
 * which says that the key is down, the upper that it was pressed an odd number of times. Immutable.
 */
final class KeyStates {
    static final int BYTES = VirtualKeys.COUNT * 2 / Byte.SIZE;

    private static final int KEYS_PER_BYTE = 4;

    /** Codes that no key has (winuser.h: undefined or reserved); bytes in which one is down are no state of keys. */
    private static final int[] NO_KEYS = {0x00, 0x07, 0x0A, 0x0B, 0x0E, 0x0F, 0x5E, 0xB8, 0xB9, 0xE0, 0xFF};

    /** Nobody holds down more. */
    private static final int MOST_PRESSED = 32;

    private final byte[] bits;

    /** @param bits as many as {@link #BYTES} */
    KeyStates(byte[] bits) {
        this.bits = bits.clone();
    }

    static int byteOf(int code) {
        return code / KEYS_PER_BYTE;
    }

    static int downBit(int code) {
        return 1 << (code % KEYS_PER_BYTE * 2);
    }

    private boolean isDown(int code) {
        return (bits[byteOf(code)] & downBit(code)) != 0;
    }

    /** Keys that are down, ascending. */
    List<PressedKey> pressed() {
        List<PressedKey> pressed = new ArrayList<>();
        for (int code = 0; code < VirtualKeys.COUNT; code++) {
            if (isDown(code)) {
                pressed.add(new PressedKey(code, VirtualKeys.of(code)));
            }
        }
        return pressed;
    }

    /** Whether a keyboard can be in this state. */
    boolean isPlausible() {
        for (int code : NO_KEYS) {
            if (isDown(code)) {
                return false;
            }
        }
        return pressed().size() <= MOST_PRESSED;
    }
}
