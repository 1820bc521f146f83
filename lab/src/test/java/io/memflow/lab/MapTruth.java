package io.memflow.lab;

import io.memflow.core.error.MalformedDataException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of {@code /proc/PID/maps}. Immutable. Source: proc_pid_maps(5).
 *
 * @param start first virtual address
 * @param end virtual address after the last
 * @param permissions four letters, such as {@code rw-p}
 * @param offset byte offset into the file
 * @param device major and minor number as printed
 * @param inode inode number, 0 without a file
 * @param path as printed, a line feed in it being {@code \012}; empty when there is none
 */
record MapTruth(long start, long end, String permissions, long offset, String device, long inode, String path) {
    private static final Pattern LINE = Pattern.compile(
            "([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([rwxps-]{4}) ([0-9a-f]{1,16}) (\\S+) ([0-9]{1,18})(?: +(.*))?");

    static MapTruth parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new MalformedDataException("proc maps", 0, "this is no maps line: " + line);
        }
        return new MapTruth(
                Long.parseUnsignedLong(matcher.group(1), 16),
                Long.parseUnsignedLong(matcher.group(2), 16),
                matcher.group(3),
                Long.parseUnsignedLong(matcher.group(4), 16),
                matcher.group(5),
                Long.parseLong(matcher.group(6)),
                matcher.group(7) == null ? "" : matcher.group(7));
    }
}
