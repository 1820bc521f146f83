package io.memflow.lab.translation;

import io.memflow.core.error.MalformedDataException;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of the monitor's {@code info tlb} on x86: one entry of the last table of a walk, be it for a large page or not.
 * The flags are that entry's own; what the tables above allow is not in them.
 *
 * @param virtual address of the page, sign-extended on 64-bit processors
 * @param physical address of the page
 * @param flags nine letters or dashes: no-execute X, global G, size or PAT bit P, dirty D, accessed A, cache-disable C,
 *     write-through T, user U, writable W
 */
record MonitorPage(long virtual, long physical, String flags) {
    private static final String FORMAT = "info tlb";
    private static final String ALL_FLAGS = "XGPDACTUW";
    /** With PAE, QEMU 7.2 leaves an entry's no-execute bit in the address it prints. */
    private static final long PHYSICAL_BITS = (1L << 52) - 1;

    boolean has(char flag) {
        return flags.charAt(ALL_FLAGS.indexOf(flag)) == flag;
    }

    /**
     * Reads the command's whole output.
     *
     * @throws MalformedDataException when a line has another form
     */
    static List<MonitorPage> parse(String text) {
        List<MonitorPage> pages = new ArrayList<>();
        text.lines().filter(line -> !line.isBlank()).forEach(line -> pages.add(parseLine(line)));
        return List.copyOf(pages);
    }

    /** Without regular expressions: there are many lines. */
    private static MonitorPage parseLine(String line) {
        int colon = line.indexOf(": ");
        int space = line.lastIndexOf(' ');
        if (colon < 0 || space <= colon + 2 || !isFlags(line.substring(space + 1))) {
            throw new MalformedDataException(FORMAT, 0, "this is no line of it: " + line);
        }
        try {
            return new MonitorPage(
                    Long.parseUnsignedLong(line, 0, colon, 16),
                    Long.parseUnsignedLong(line, colon + 2, space, 16) & PHYSICAL_BITS,
                    line.substring(space + 1));
        } catch (NumberFormatException e) {
            throw new MalformedDataException(FORMAT, 0, "a number is broken in: " + line);
        }
    }

    private static boolean isFlags(String flags) {
        if (flags.length() != ALL_FLAGS.length()) {
            return false;
        }
        for (int i = 0; i < flags.length(); i++) {
            if (flags.charAt(i) != '-' && flags.charAt(i) != ALL_FLAGS.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
