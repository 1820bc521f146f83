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
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

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
    /** Room for thousands of ranges, where machines have dozens. Parsing more would take seconds. */
    public static final int LARGEST_BYTES = 1 << 18;

    static final String FORMAT = "memory map";

    private static final String RANGE = "range";
    private static final String BASE = "base";
    private static final String LENGTH = "length";
    private static final String REAL_BASE = "real_base";
    private static final Set<String> KEYS = Set.of(BASE, LENGTH, REAL_BASE);

    private final String text;

    private MemoryMapFile(String text) {
        this.text = text;
    }

    /**
     * Reads a memory map.
     *
     * @throws MalformedDataException that names the line and what is wrong with it
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

    /** A range and where it stands in the file. */
    private record Placed(RemappedRange range, @Nullable TomlPosition position) {}

    private Remapping remapping() {
        TomlParseResult file = parsed();
        if (file.hasErrors()) {
            TomlParseError first = file.errors().getFirst();
            throw malformed(first.position(), String.valueOf(first.getMessage()));
        }
        for (String key : file.keySet()) {
            if (!key.equals(RANGE)) {
                throw malformed(
                        file.inputPositionOf(List.of(key)),
                        "unknown key \"" + key + "\"; the file holds [[range]] tables");
            }
        }
        if (!file.isArray(RANGE) || file.getArrayOrEmpty(RANGE).isEmpty()) {
            throw new MalformedDataException(FORMAT, 0, "it holds no [[range]] table; write one for each range");
        }
        TomlArray array = file.getArrayOrEmpty(RANGE);
        List<Placed> ranges = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (!(array.get(i) instanceof TomlTable table)) {
                throw malformed(array.inputPositionOf(i), "a range is a table: write [[range]] before its keys");
            }
            ranges.add(new Placed(range(table, array.inputPositionOf(i)), array.inputPositionOf(i)));
        }
        return checked(ranges);
    }

    /** The library fails on some malformed texts, and on nesting that is deeper than its stack, with errors of its own. */
    private TomlParseResult parsed() {
        try {
            return Toml.parse(text);
        } catch (RuntimeException | StackOverflowError broken) {
            MalformedDataException refused = new MalformedDataException(
                    FORMAT, 0, "it is no TOML that can be read; write plain [[range]] tables");
            refused.addSuppressed(broken);
            throw refused;
        }
    }

    private RemappedRange range(TomlTable table, @Nullable TomlPosition position) {
        for (String key : table.keySet()) {
            if (!KEYS.contains(key)) {
                throw malformed(
                        table.inputPositionOf(List.of(key)),
                        "unknown key \"" + key + "\"; a range has base, length and real_base");
            }
        }
        long base = number(table, BASE, position);
        long length = number(table, LENGTH, position);
        return new RemappedRange(base, length, table.contains(REAL_BASE) ? number(table, REAL_BASE, position) : base);
    }

    private long number(TomlTable table, String key, @Nullable TomlPosition position) {
        if (!table.contains(key)) {
            throw malformed(position, "this range has no " + key);
        }
        Object value = table.get(key);
        if (!(value instanceof Long number)) {
            throw malformed(
                    table.inputPositionOf(key),
                    key + " is no integer; write decimal digits, or 0x and hexadecimal digits, without quotes");
        }
        if (number < 0) {
            throw malformed(table.inputPositionOf(key), "%s is %d, but cannot be negative".formatted(key, number));
        }
        return number;
    }

    /** The ranges as a remapping; of ranges that do not go together, the line of the first that breaks it is named. */
    private Remapping checked(List<Placed> placed) {
        List<RemappedRange> ranges = placed.stream().map(Placed::range).toList();
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
            throw malformed(placed.get(bad - 1).position(), clause(reason));
        }
    }

    /** A message as a part of a longer one. */
    private static String clause(MemflowException reason) {
        String sentence = String.valueOf(reason.getMessage());
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    /** The parser knows the position of whatever a file holds, but does not promise to. */
    private MalformedDataException malformed(@Nullable TomlPosition position, String reason) {
        if (position == null) {
            return new MalformedDataException(FORMAT, 0, reason);
        }
        return new MalformedDataException(FORMAT, offset(position), "line %d: %s".formatted(position.line(), reason));
    }

    /** The byte that a position names. */
    private long offset(TomlPosition position) {
        int start = 0;
        for (int line = 1; line < position.line(); line++) {
            start = text.indexOf('\n', start) + 1;
        }
        int index = Math.min(text.length(), start + position.column() - 1);
        return text.substring(0, index).getBytes(StandardCharsets.UTF_8).length;
    }
}
