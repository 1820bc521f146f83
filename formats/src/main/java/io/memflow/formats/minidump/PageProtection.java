package io.memflow.formats.minidump;

import java.util.ArrayList;
import java.util.List;

/**
 * The rights of memory as programs of Windows know them ({@code PAGE_*}, winnt.h), and as lists of regions show them.
 * Stateless.
 */
public final class PageProtection {
    /** One bit each, from {@code PAGE_NOACCESS} on. */
    private static final List<String> NAMES = List.of(
            "NOACCESS",
            "READONLY",
            "READWRITE",
            "WRITECOPY",
            "EXECUTE",
            "EXECUTE_READ",
            "EXECUTE_READWRITE",
            "EXECUTE_WRITECOPY");

    private static final List<String> LETTERS = List.of("---", "r--", "rw-", "rw-", "--x", "r-x", "rwx", "rwx");
    /** {@code PAGE_GUARD}, {@code PAGE_NOCACHE}, {@code PAGE_WRITECOMBINE}. */
    private static final List<String> MODIFIERS = List.of("GUARD", "NOCACHE", "WRITECOMBINE");

    private static final int FIRST_MODIFIER = 8;
    private static final int RIGHTS = 0xFF;
    private static final List<String> COPIES = List.of("WRITECOPY", "EXECUTE_WRITECOPY");

    private PageProtection() {}

    /** Such as {@code EXECUTE_WRITECOPY} or {@code READWRITE+GUARD}; of a number that is none of them, the number. */
    public static String name(long protection) {
        int rights = rights(protection);
        if (rights < 0) {
            return "0x%x".formatted(protection);
        }
        List<String> words = new ArrayList<>(List.of(NAMES.get(rights)));
        for (int i = 0; i < MODIFIERS.size(); i++) {
            if ((protection >> (FIRST_MODIFIER + i) & 1) != 0) {
                words.add(MODIFIERS.get(i));
            }
        }
        return String.join("+", words);
    }

    /** The number of such a name; 0 for one that is not known. */
    public static long number(String name) {
        String[] words = name.split("\\+", -1);
        int rights = NAMES.indexOf(words[0]);
        long number = rights < 0 ? 0 : 1L << rights;
        for (int i = 1; i < words.length && number != 0; i++) {
            int modifier = MODIFIERS.indexOf(words[i]);
            number |= modifier < 0 ? 0 : 1L << (FIRST_MODIFIER + modifier);
        }
        return number;
    }

    /** Three letters such as {@code r-x}; {@code ???} of a number that is none of them. */
    public static String letters(long protection) {
        int rights = rights(protection);
        return rights < 0 ? "???" : LETTERS.get(rights);
    }

    /** The plainest number whose letters are these, such as {@code PAGE_READONLY} for {@code r--}. */
    public static long ofLetters(String letters) {
        boolean canWrite = letters.contains("w");
        boolean canExecute = letters.contains("x");
        String plain = letters.contains("r") || canWrite
                ? (canExecute ? "EXECUTE_READ" : canWrite ? "READ" : "READONLY") + (canWrite ? "WRITE" : "")
                : canExecute ? "EXECUTE" : "NOACCESS";
        return number(plain);
    }

    /** Whether what is written becomes the process' own: a copy. */
    public static boolean copies(long protection) {
        int rights = rights(protection);
        return rights >= 0 && COPIES.contains(NAMES.get(rights));
    }

    private static int rights(long protection) {
        return Long.bitCount(protection & RIGHTS) == 1 ? Long.numberOfTrailingZeros(protection & RIGHTS) : -1;
    }
}
