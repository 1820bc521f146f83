package io.memflow.lab;

import io.memflow.core.error.MalformedDataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files and links of a guest's {@code /proc} as {@code truth.c} sent them: path below {@code /}, without the slash,
 * to content. A link's content is its target. Immutable.
 */
final class ProcSnapshot {
    private static final String FORMAT = "lab snapshot";
    private static final String MARK = "section ";
    private static final String END = "end";

    /** A path and a length; anything longer is no header. */
    private static final int LONGEST_HEADER = 400;

    private final NavigableMap<String, byte[]> files;

    private ProcSnapshot(NavigableMap<String, byte[]> files) {
        this.files = files;
    }

    static ProcSnapshot read(Path file) throws IOException {
        return parse(Files.readAllBytes(file));
    }

    /**
     * @throws MalformedDataException when a header is broken, content is cut off, or the end mark is missing
     */
    static ProcSnapshot parse(byte[] bytes) {
        NavigableMap<String, byte[]> files = new TreeMap<>();
        int at = 0;
        while (true) {
            int lineEnd = endOfHeader(bytes, at);
            String line = new String(bytes, at, lineEnd - at, StandardCharsets.UTF_8);
            int space = line.lastIndexOf(' ');
            if (!line.startsWith(MARK) || space <= MARK.length()) {
                throw new MalformedDataException(FORMAT, at, "no section starts here");
            }
            String name = line.substring(MARK.length(), space);
            int length = length(line.substring(space + 1), at);
            int start = lineEnd + 1;
            if (length >= bytes.length - start || bytes[start + length] != '\n') {
                throw new MalformedDataException(FORMAT, at, "the section %s is cut off".formatted(name));
            }
            if (name.equals(END)) {
                return new ProcSnapshot(files);
            }
            byte[] content = new byte[length];
            System.arraycopy(bytes, start, content, 0, length);
            files.put(name, content);
            at = start + length + 1;
        }
    }

    Optional<byte[]> bytes(String path) {
        return Optional.ofNullable(files.get(path));
    }

    /** A file's text; bytes that are no UTF-8 become replacement characters. */
    Optional<String> text(String path) {
        return bytes(path).map(content -> new String(content, StandardCharsets.UTF_8));
    }

    /**
     * @throws MalformedDataException when the guest did not send the file
     */
    String require(String path) {
        return text(path).orElseThrow(() -> new MalformedDataException(FORMAT, 0, "it has no section " + path));
    }

    /** Names right below a folder, in order; a name stands once whatever is below it. */
    List<String> list(String folder) {
        String prefix = folder + "/";
        SortedMap<String, byte[]> below = files.subMap(prefix, folder + "0");
        List<String> names = new ArrayList<>();
        for (String path : below.keySet()) {
            String rest = path.substring(prefix.length());
            int slash = rest.indexOf('/');
            String name = slash < 0 ? rest : rest.substring(0, slash);
            if (names.isEmpty() || !names.getLast().equals(name)) {
                names.add(name);
            }
        }
        return Collections.unmodifiableList(names);
    }

    /** The numbers among {@link #list}, in numeric order: processes, tasks, descriptors. */
    List<Integer> numbers(String folder) {
        return list(folder).stream()
                .filter(name -> name.matches("[0-9]{1,9}"))
                .map(Integer::valueOf)
                .distinct()
                .sorted()
                .toList();
    }

    private static int endOfHeader(byte[] bytes, int start) {
        int limit = Math.min(bytes.length, start + LONGEST_HEADER);
        for (int i = start; i < limit; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        throw new MalformedDataException(FORMAT, start, "a section header is cut off");
    }

    private static int length(String digits, int at) {
        if (!digits.matches("[0-9]{1,9}")) {
            throw new MalformedDataException(FORMAT, at, "a section has the length '%s'".formatted(digits));
        }
        return Integer.parseInt(digits);
    }
}
