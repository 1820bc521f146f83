package io.memflow.formats.memorymap;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.view.RemappedRange;
import io.memflow.core.view.Remapping;
import java.lang.foreign.MemorySegment;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * A memory map as a TOML file (toml.io, version 1.0):
 *
 * <pre>
 * [[range]]
 * base = 0x1_0000_0000       # first physical address
 * length = 0x8000_0000       # bytes
 * real_base = 0xc000_0000    # where they lie in the image; the same as base when left out
 * </pre>
 *
 * <p>Numbers are TOML integers: decimal, {@code 0x}, {@code 0o} or {@code 0b}, with {@code _} between digits. Whatever
 * else the file holds is refused. Stateless.
 */
public final class MemoryMapFile {
    /** Room for thousands of ranges, where machines have dozens. */
    public static final int LARGEST_BYTES = 1 << 18;

    static final String FORMAT = "memory map";

    private static final String RANGE = "range";
    private static final String BASE = "base";
    private static final String LENGTH = "length";
    private static final String REAL_BASE = "real_base";
    private static final Set<String> KEYS = Set.of(BASE, LENGTH, REAL_BASE);

    private final RangeLines lines;

    private MemoryMapFile(String text) {
        this.lines = new RangeLines(text);
    }

    /**
     * Reads a memory map.
     *
     * @throws MalformedDataException that names the line, where it can be told, and what is wrong with it
     */
    public static Remapping parse(MemorySegment bytes) {
        if (bytes.byteSize() > LARGEST_BYTES) {
            throw new MalformedDataException(
                    FORMAT,
                    LARGEST_BYTES,
                    "it has %d bytes, but %d are the most; name the memory map, not the image"
                            .formatted(bytes.byteSize(), LARGEST_BYTES));
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.asByteBuffer())
                    .toString();
            return new MemoryMapFile(text).remapping();
        } catch (CharacterCodingException binary) {
            throw new MalformedDataException(FORMAT, 0, "it is no text in UTF-8; name a TOML file of [[range]] tables");
        }
    }

    private Remapping remapping() {
        JsonNode file = parsed();
        for (String key : file.propertyNames()) {
            if (!key.equals(RANGE)) {
                throw malformed(lines.ofTable(key), "unknown key \"" + key + "\"; the file holds [[range]] tables");
            }
        }
        JsonNode array = file.path(RANGE);
        if (!array.isArray() || array.isEmpty()) {
            throw new MalformedDataException(FORMAT, 0, "it holds no [[range]] table; write one for each range");
        }
        List<RemappedRange> ranges = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            ranges.add(range(array.get(i), i));
        }
        return checked(ranges);
    }

    private JsonNode parsed() {
        try {
            return new TomlMapper().readTree(lines.text());
        } catch (JacksonException broken) {
            int line = broken.getLocation() == null ? 0 : broken.getLocation().getLineNr();
            throw malformed(line, broken.getOriginalMessage());
        }
    }

    private RemappedRange range(JsonNode table, int index) {
        if (!table.isObject()) {
            throw malformed(lines.ofRange(index), "a range is a table: write [[range]] before its keys");
        }
        for (String key : table.propertyNames()) {
            if (!KEYS.contains(key)) {
                throw malformed(
                        lines.ofKey(index, key), "unknown key \"" + key + "\"; a range has base, length and real_base");
            }
        }
        long base = number(table, BASE, index);
        long length = number(table, LENGTH, index);
        return new RemappedRange(base, length, table.has(REAL_BASE) ? number(table, REAL_BASE, index) : base);
    }

    private long number(JsonNode table, String key, int index) {
        JsonNode value = table.path(key);
        if (value.isMissingNode()) {
            throw malformed(lines.ofRange(index), "this range has no " + key);
        }
        if (!value.isIntegralNumber()) {
            throw malformed(
                    lines.ofKey(index, key),
                    key + " is no integer; write decimal digits, or 0x and hexadecimal digits, without quotes");
        }
        if (value.bigIntegerValue().signum() < 0) {
            throw malformed(
                    lines.ofKey(index, key),
                    "%s is %s, but cannot be negative".formatted(key, value.bigIntegerValue()));
        }
        if (!value.canConvertToLong()) {
            throw malformed(lines.ofKey(index, key), key + " is too large");
        }
        return value.longValue();
    }

    /** The ranges as a remapping; of ranges that do not go together, the line of the first that breaks it is named. */
    private Remapping checked(List<RemappedRange> ranges) {
        try {
            return Remapping.of(ranges);
        } catch (MemflowException refused) {
            // A list stays wrong however much follows, so the shortest wrong one is found by halving.
            int good = 0;
            int bad = ranges.size();
            MemflowException reason = refused;
            while (good + 1 < bad) {
                int middle = (good + bad) >>> 1;
                try {
                    Remapping.of(ranges.subList(0, middle));
                    good = middle;
                } catch (MemflowException refusedEarlier) {
                    bad = middle;
                    reason = refusedEarlier;
                }
            }
            throw malformed(lines.ofRange(bad - 1), clause(reason));
        }
    }

    /** A message as a part of a longer one. */
    private static String clause(MemflowException reason) {
        String sentence = String.valueOf(reason.getMessage());
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private MalformedDataException malformed(int line, String reason) {
        return line == 0
                ? new MalformedDataException(FORMAT, 0, reason)
                : new MalformedDataException(FORMAT, lines.offset(line), "line %d: %s".formatted(line, reason));
    }
}
