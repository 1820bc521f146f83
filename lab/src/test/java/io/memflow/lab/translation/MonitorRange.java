package io.memflow.lab.translation;

import io.memflow.core.error.MalformedDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of the monitor's {@code info mem}: neighbouring pages with the same rights.
 *
 * @param start first virtual address, sign-extended on 64-bit processors
 * @param length bytes
 * @param physical where it starts in physical memory, on RISC-V, where such a run is contiguous there too
 * @param rights on x86 {@code urw}, combined over all levels; on RISC-V {@code rwxugad} of the last table's entries
 */
record MonitorRange(long start, long length, OptionalLong physical, String rights) {
    private static final String FORMAT = "info mem";
    private static final long NAPOT_PAGE = 64 << 10;
    private static final long NAPOT_ENTRY = 4 << 10;
    private static final long NAPOT_CODE = 8 * NAPOT_ENTRY;
    private static final Pattern X86 =
            Pattern.compile("([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([0-9a-f]{1,16}) ([u-][r-][w-])");
    private static final Pattern RISC_V =
            Pattern.compile("([0-9a-f]{1,16}) ([0-9a-f]{1,16}) ([0-9a-f]{1,16}) ([r-][w-][x-][u-][g-][a-][d-])");

    boolean has(char right) {
        return rights.indexOf(right) >= 0;
    }

    boolean contains(long address) {
        return Long.compareUnsigned(address - start, length) < 0;
    }

    /**
     * Whether a translation is what this range says. QEMU 7.2 prints the page number of entries that form a page of 64 KiB
     * as it is encoded, that is ending in 8 for each of the sixteen, so that only the 64 KiB are known. Source of the
     * encoding: RISC-V privileged architecture, chapter "Svnapot".
     */
    boolean agrees(long virtual, long known) {
        if (physical.isEmpty() || !contains(virtual)) {
            return false;
        }
        long said = physical.getAsLong() + (virtual - start);
        boolean encoded = length == NAPOT_ENTRY && (physical.getAsLong() & (NAPOT_PAGE - 1)) == NAPOT_CODE;
        return said == known || (encoded && (said & -NAPOT_PAGE) == (known & -NAPOT_PAGE));
    }

    /**
     * Reads the command's whole output on x86.
     *
     * @throws MalformedDataException when a line has another form
     */
    static List<MonitorRange> parseX86(String text) {
        List<MonitorRange> ranges = new ArrayList<>();
        for (String line : text.lines().filter(any -> !any.isBlank()).toList()) {
            Matcher matcher = matched(X86, line);
            ranges.add(
                    new MonitorRange(number(matcher, 1), number(matcher, 3), OptionalLong.empty(), matcher.group(4)));
        }
        return List.copyOf(ranges);
    }

    /**
     * Reads the command's whole output on RISC-V, which begins with two lines of headings.
     *
     * @throws MalformedDataException when a line has another form
     */
    static List<MonitorRange> parseRiscV(String text) {
        List<String> lines = text.lines().filter(any -> !any.isBlank()).toList();
        if (lines.size() < 2 || !lines.getFirst().startsWith("vaddr")) {
            throw new MalformedDataException(FORMAT, 0, "its headings are missing");
        }
        List<MonitorRange> ranges = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            Matcher matcher = matched(RISC_V, line);
            OptionalLong physical = OptionalLong.of(number(matcher, 2));
            ranges.add(new MonitorRange(number(matcher, 1), number(matcher, 3), physical, matcher.group(4)));
        }
        return List.copyOf(ranges);
    }

    private static Matcher matched(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        if (!matcher.matches()) {
            throw new MalformedDataException(FORMAT, 0, "this is no line of it: " + line);
        }
        return matcher;
    }

    private static long number(Matcher matcher, int group) {
        return Long.parseUnsignedLong(matcher.group(group), 16);
    }
}
