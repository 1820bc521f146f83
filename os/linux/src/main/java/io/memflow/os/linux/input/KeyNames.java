package io.memflow.os.linux.input;

import java.util.List;
import java.util.Map;

/** Names of keys by their codes: include/uapi/linux/input-event-codes.h, without the prefix of its macros. */
final class KeyNames {
    /** From code 0 on; a dash where the header has none. */
    private static final List<String> FIRST =
            List.of(("RESERVED ESC 1 2 3 4 5 6 7 8 9 0 MINUS EQUAL BACKSPACE TAB Q W E R T"
                            + " Y U I O P LEFTBRACE RIGHTBRACE ENTER LEFTCTRL A S D F G H J K L SEMICOLON APOSTROPHE GRAVE"
                            + " LEFTSHIFT BACKSLASH Z X C V B N M COMMA DOT SLASH RIGHTSHIFT KPASTERISK LEFTALT SPACE CAPSLOCK"
                            + " F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 NUMLOCK SCROLLLOCK KP7 KP8 KP9 KPMINUS KP4 KP5 KP6 KPPLUS KP1 KP2"
                            + " KP3 KP0 KPDOT - ZENKAKUHANKAKU 102ND F11 F12 RO KATAKANA HIRAGANA HENKAN KATAKANAHIRAGANA"
                            + " MUHENKAN KPJPCOMMA KPENTER RIGHTCTRL KPSLASH SYSRQ RIGHTALT LINEFEED HOME UP PAGEUP LEFT RIGHT END"
                            + " DOWN PAGEDOWN INSERT DELETE MACRO MUTE VOLUMEDOWN VOLUMEUP POWER KPEQUAL KPPLUSMINUS PAUSE SCALE"
                            + " KPCOMMA HANGEUL HANJA YEN LEFTMETA RIGHTMETA COMPOSE")
                    .split(" "));

    private static final Map<Integer, String> BUTTONS =
            Map.of(0x110, "BTN_LEFT", 0x111, "BTN_RIGHT", 0x112, "BTN_MIDDLE", 0x14a, "BTN_TOUCH");

    private KeyNames() {}

    static String of(int code) {
        if (code < FIRST.size() && !FIRST.get(code).equals("-")) {
            return FIRST.get(code);
        }
        return BUTTONS.getOrDefault(code, "0x%x".formatted(code));
    }
}
