package io.memflow.os.nativelinux.proc;

import java.nio.charset.StandardCharsets;

/** Undoes the octal escapes by which the kernel keeps lists of paths in lines and columns (seq_path of fs/seq_file.c). Stateless. */
public final class Octal {
    private static final int DIGITS = 3;
    private static final int BASE = 8;

    private Octal() {}

    /** The text with each {@code \\ooo} replaced by the byte it stands for. */
    public static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        byte[] from = text.getBytes(StandardCharsets.UTF_8);
        byte[] to = new byte[from.length];
        int length = 0;
        for (int i = 0; i < from.length; i++) {
            if (from[i] == '\\' && isEscape(from, i + 1)) {
                to[length++] =
                        (byte) Integer.parseInt(new String(from, i + 1, DIGITS, StandardCharsets.US_ASCII), BASE);
                i += DIGITS;
            } else {
                to[length++] = from[i];
            }
        }
        return new String(to, 0, length, StandardCharsets.UTF_8);
    }

    private static boolean isEscape(byte[] text, int at) {
        if (at + DIGITS > text.length) {
            return false;
        }
        for (int i = at; i < at + DIGITS; i++) {
            if (text[i] < '0' || text[i] > '7') {
                return false;
            }
        }
        return true;
    }
}
