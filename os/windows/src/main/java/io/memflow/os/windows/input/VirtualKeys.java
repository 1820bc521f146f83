package io.memflow.os.windows.input;

import java.util.Map;

/** Names of keys by their virtual-key codes: winuser.h, without the prefix of its macros. Stateless. */
final class VirtualKeys {
    /** Codes fit a byte; the first and the last are no keys. */
    static final int COUNT = 256;

    private static final int F1 = 0x70;
    private static final int F24 = 0x87;
    private static final int NUMPAD0 = 0x60;
    private static final int NUMPAD9 = 0x69;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(0x01, "LBUTTON"),
            Map.entry(0x02, "RBUTTON"),
            Map.entry(0x04, "MBUTTON"),
            Map.entry(0x05, "XBUTTON1"),
            Map.entry(0x06, "XBUTTON2"),
            Map.entry(0x08, "BACK"),
            Map.entry(0x09, "TAB"),
            Map.entry(0x0D, "RETURN"),
            Map.entry(0x10, "SHIFT"),
            Map.entry(0x11, "CONTROL"),
            Map.entry(0x12, "MENU"),
            Map.entry(0x13, "PAUSE"),
            Map.entry(0x14, "CAPITAL"),
            Map.entry(0x1B, "ESCAPE"),
            Map.entry(0x20, "SPACE"),
            Map.entry(0x21, "PRIOR"),
            Map.entry(0x22, "NEXT"),
            Map.entry(0x23, "END"),
            Map.entry(0x24, "HOME"),
            Map.entry(0x25, "LEFT"),
            Map.entry(0x26, "UP"),
            Map.entry(0x27, "RIGHT"),
            Map.entry(0x28, "DOWN"),
            Map.entry(0x2C, "SNAPSHOT"),
            Map.entry(0x2D, "INSERT"),
            Map.entry(0x2E, "DELETE"),
            Map.entry(0x5B, "LWIN"),
            Map.entry(0x5C, "RWIN"),
            Map.entry(0x5D, "APPS"),
            Map.entry(0x6A, "MULTIPLY"),
            Map.entry(0x6B, "ADD"),
            Map.entry(0x6D, "SUBTRACT"),
            Map.entry(0x6E, "DECIMAL"),
            Map.entry(0x6F, "DIVIDE"),
            Map.entry(0x90, "NUMLOCK"),
            Map.entry(0x91, "SCROLL"),
            Map.entry(0xA0, "LSHIFT"),
            Map.entry(0xA1, "RSHIFT"),
            Map.entry(0xA2, "LCONTROL"),
            Map.entry(0xA3, "RCONTROL"),
            Map.entry(0xA4, "LMENU"),
            Map.entry(0xA5, "RMENU"),
            Map.entry(0xBA, "OEM_1"),
            Map.entry(0xBB, "OEM_PLUS"),
            Map.entry(0xBC, "OEM_COMMA"),
            Map.entry(0xBD, "OEM_MINUS"),
            Map.entry(0xBE, "OEM_PERIOD"),
            Map.entry(0xBF, "OEM_2"),
            Map.entry(0xC0, "OEM_3"),
            Map.entry(0xDB, "OEM_4"),
            Map.entry(0xDC, "OEM_5"),
            Map.entry(0xDD, "OEM_6"),
            Map.entry(0xDE, "OEM_7"),
            Map.entry(0xE2, "OEM_102"));

    private VirtualKeys() {}

    /** Digits and letters have the code of their character; what has no name is given as a number. */
    static String of(int code) {
        if ((code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z')) {
            return String.valueOf((char) code);
        }
        if (code >= F1 && code <= F24) {
            return "F" + (code - F1 + 1);
        }
        if (code >= NUMPAD0 && code <= NUMPAD9) {
            return "NUMPAD" + (code - NUMPAD0);
        }
        return NAMES.getOrDefault(code, "0x%x".formatted(code));
    }
}
