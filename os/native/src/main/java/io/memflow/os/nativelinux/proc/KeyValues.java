package io.memflow.os.nativelinux.proc;

import io.memflow.core.error.MalformedDataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines {@code Key: value}, such as {@code /proc/PID/status}. Immutable.
 *
 * @param file where it is from
 */
public record KeyValues(Path file, Map<String, String> values) {
    public KeyValues {
        values = Map.copyOf(values);
    }

    /** Reads a file. */
    public static KeyValues read(Path file) {
        Map<String, String> values = new LinkedHashMap<>();
        KernelFile.text(file).lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                values.putIfAbsent(
                        line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return new KeyValues(file, values);
    }

    /** A value; null when this kernel has no such line. */
    public @Nullable String value(String key) {
        return values.get(key);
    }

    /**
     * The numbers of a value, unsigned, blanks between them.
     *
     * @throws MalformedDataException when there is no such line, or it holds anything else
     */
    public List<Long> numbers(String key, int radix) {
        String value = values.get(key);
        if (value == null) {
            throw new MalformedDataException(file.toString(), 0, "there is no line " + key);
        }
        List<Long> numbers = new ArrayList<>();
        try {
            for (String word : value.split("\\s+", -1)) {
                numbers.add(Long.parseUnsignedLong(word, radix));
            }
        } catch (NumberFormatException malformed) {
            throw new MalformedDataException(file.toString(), 0, "the line %s holds \"%s\"".formatted(key, value));
        }
        return numbers;
    }
}
