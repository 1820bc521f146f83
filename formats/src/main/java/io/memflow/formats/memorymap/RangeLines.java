package io.memflow.formats.memorymap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * On which lines the parts of a memory map stand, which the TOML parser forgets once it has read them. Found where a map is
 * written as people write it, with a header for each range and a line for each key. Lines count from 1; 0 means that it
 * cannot be told. Immutable.
 *
 * @param text the whole file
 */
record RangeLines(String text, List<String> lines, List<Integer> headers) {
    private static final Pattern HEADER = Pattern.compile("\\s*\\[\\[\\s*range\\s*]]\\s*(#.*)?");

    RangeLines(String text) {
        this(text, text.lines().toList(), new ArrayList<>());
        for (int line = 0; line < lines.size(); line++) {
            if (HEADER.matcher(lines.get(line)).matches()) {
                headers.add(line + 1);
            }
        }
    }

    /** The header of a range, counted from 0. */
    int ofRange(int index) {
        return index < headers.size() ? headers.get(index) : 0;
    }

    /** The line that gives a range's key, or else the range's header. */
    int ofKey(int index, String key) {
        int header = ofRange(index);
        int next = index + 1 < headers.size() ? headers.get(index + 1) : lines.size() + 1;
        for (int line = header; header != 0 && line < next - 1; line++) {
            if (begins(lines.get(line), key, '=')) {
                return line + 1;
            }
        }
        return header;
    }

    /** The first line that begins a table of that name, or gives a key of it. */
    int ofTable(String name) {
        for (int line = 0; line < lines.size(); line++) {
            String bare = lines.get(line).strip().replace("[", "");
            if (begins(bare, name, ']') || begins(bare, name, '=')) {
                return line + 1;
            }
        }
        return 0;
    }

    private static boolean begins(String line, String key, char end) {
        String bare = line.strip();
        return bare.startsWith(key) && bare.substring(key.length()).strip().startsWith(String.valueOf(end));
    }

    /** Bytes before a line. */
    long offset(int line) {
        int start = 0;
        for (int i = 1; i < line && start >= 0; i++) {
            int feed = text.indexOf('\n', start);
            start = feed < 0 ? text.length() : feed + 1;
        }
        return text.substring(0, start).getBytes(StandardCharsets.UTF_8).length;
    }
}
