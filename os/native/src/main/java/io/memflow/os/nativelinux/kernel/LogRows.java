package io.memflow.os.nativelinux.kernel;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.LogRecord;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.Provenance;
import io.memflow.host.device.RecordDevice;
import io.memflow.os.nativelinux.proc.Roots;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's log, from {@code /dev/kmsg}: Documentation/ABI/testing/dev-kmsg. Thread-safe.
 *
 * @param roots where it is read from
 */
public record LogRows(Roots roots) {
    private static final String WHAT = "kernel log";
    private static final Provenance FROM_KMSG = new Provenance(List.of("kmsg"), List.of());
    /** The facility is above three bits of level (RFC 3164, section 4.1.1). */
    private static final int LEVEL_BITS = 3;

    /** In the order of syslog's numbers. */
    private static final List<LogRecord.Level> LEVELS = List.of(LogRecord.Level.values());

    private static final int MICROS_PER_SECOND = 1_000_000;
    private static final String CALLER = "caller=";

    /** All records that are there, oldest first. */
    public Listing<LogRecord> log() {
        List<LogRecord> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        try (RecordDevice device = new RecordDevice(roots.dev().resolve("kmsg"))) {
            for (Optional<byte[]> next = device.next(); next.isPresent(); next = device.next()) {
                String text = new String(next.get(), StandardCharsets.UTF_8);
                LogRecord row = parse(text);
                if (row == null) {
                    missing.add(new MissingPart("record", "\"" + text.strip() + "\" is not of the form of dev-kmsg"));
                } else {
                    rows.add(row);
                }
            }
            if (device.hasLost()) {
                missing.add(new MissingPart("oldest records", "they were overwritten while the log was read"));
            }
        } catch (MemflowException refused) {
            return Listing.absent(WHAT, String.valueOf(refused.getMessage()));
        }
        return new Listing<>(rows, missing);
    }

    /** {@code level,sequence,microseconds,flags[,caller=...];text}, then lines { KEY=value}; null for anything else. */
    static @Nullable LogRecord parse(String record) {
        int semicolon = record.indexOf(';');
        String[] lines = record.substring(semicolon + 1).split("\n", -1);
        String[] prefix = record.substring(0, Math.max(0, semicolon)).split(",", -1);
        if (prefix.length < 4) {
            return null;
        }
        try {
            int number = Integer.parseInt(prefix[0]);
            long micros = Long.parseLong(prefix[2]);
            return new LogRecord(
                    Long.parseLong(prefix[1]),
                    Duration.ofSeconds(micros / MICROS_PER_SECOND, micros % MICROS_PER_SECOND * 1000),
                    LEVELS.get(number & ((1 << LEVEL_BITS) - 1)),
                    number >>> LEVEL_BITS,
                    caller(prefix),
                    value(lines, "SUBSYSTEM"),
                    value(lines, "DEVICE"),
                    unescape(lines[0]),
                    FROM_KMSG);
        } catch (NumberFormatException malformed) {
            return null;
        }
    }

    /** {@code T} and a thread's id, or {@code C} and a processor's number. */
    private static @Nullable String caller(String[] prefix) {
        return Arrays.stream(prefix)
                .filter(field -> field.matches(CALLER + "[TC][0-9]+"))
                .map(field -> field.substring(CALLER.length()))
                .map(text -> (text.charAt(0) == 'T' ? "task " : "cpu ") + text.substring(1))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String value(String[] lines, String key) {
        String start = " " + key + "=";
        return Arrays.stream(lines)
                .skip(1)
                .filter(line -> line.startsWith(start))
                .map(line -> unescape(line.substring(start.length())))
                .findFirst()
                .orElse(null);
    }

    /** Control characters and bytes above 127 come as {@code \\xNN}, and the text is UTF-8 below. */
    private static String unescape(String text) {
        if (!text.contains("\\x")) {
            return text;
        }
        byte[] from = text.getBytes(StandardCharsets.UTF_8);
        byte[] to = new byte[from.length];
        int length = 0;
        for (int i = 0; i < from.length; i++) {
            boolean escape = from[i] == '\\' && i + 3 < from.length && from[i + 1] == 'x';
            int high = escape ? Character.digit(from[i + 2], 16) : -1;
            int low = escape ? Character.digit(from[i + 3], 16) : -1;
            if (high >= 0 && low >= 0) {
                to[length++] = (byte) (high << 4 | low);
                i += 3;
            } else {
                to[length++] = from[i];
            }
        }
        return new String(to, 0, length, StandardCharsets.UTF_8);
    }
}
