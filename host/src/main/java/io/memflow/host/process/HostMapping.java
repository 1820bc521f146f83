package io.memflow.host.process;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of {@code /proc/PID/maps}. Immutable. Source: proc_pid_maps(5).
 *
 * @param start first address in the process
 * @param end address after the last byte
 * @param permissions four letters, such as {@code rw-s}
 * @param offset of the first byte in the file
 * @param inode of the file; 0 for anonymous memory
 * @param path of the file as the kernel prints it, which may end in " (deleted)"; empty for anonymous memory
 */
public record HostMapping(long start, long end, String permissions, long offset, long inode, String path) {
    private static final Pattern LINE = Pattern.compile(
            "([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([r-][w-][x-][sp]) ([0-9a-f]{1,16}) [0-9a-f]+:[0-9a-f]+ ([0-9]{1,19})(?: +(.*))?");

    /** Reads a line; empty for a line that is none. */
    public static Optional<HostMapping> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HostMapping(
                    Long.parseUnsignedLong(matcher.group(1), 16),
                    Long.parseUnsignedLong(matcher.group(2), 16),
                    matcher.group(3),
                    Long.parseUnsignedLong(matcher.group(4), 16),
                    Long.parseUnsignedLong(matcher.group(5)),
                    Optional.ofNullable(matcher.group(6)).orElse("")));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    /** Reads the whole file. */
    public static List<HostMapping> parseAll(String maps) {
        return maps.lines().flatMap(line -> parse(line).stream()).toList();
    }

    public long length() {
        return end - start;
    }

    /** Whether writes of the process reach the file, so that the file shows them. */
    public boolean isSharedFile() {
        return permissions.charAt(3) == 's' && inode != 0;
    }

    /** Whether the process may read and write but not execute it, as RAM of a guest is mapped. */
    public boolean isData() {
        return permissions.startsWith("rw-");
    }

    /** Whether {@code next} lies right behind and shows the bytes that follow in the same file or anonymous memory. */
    public boolean isContinuedBy(HostMapping next) {
        return end == next.start
                && permissions.equals(next.permissions)
                && inode == next.inode
                && (inode == 0 || offset + length() == next.offset);
    }
}
