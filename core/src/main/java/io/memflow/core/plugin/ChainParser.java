package io.memflow.core.plugin;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one step of a chain: {@code name[:target[:key=value,...]]}, of a connector also with a second list of keys behind
 * another colon. A part may be quoted with {@code "}, {@code '} or
 * {@code `}, and a backslash takes the next character literally, so that a path may hold a colon or a comma. A first
 * argument without {@code =} has the key {@code default}. This is memflow's grammar, except that nothing malformed is
 * dropped silently. Stateless.
 */
public final class ChainParser {
    private static final char ESCAPE = '\\';

    private ChainParser() {}

    /**
     * Parses one step.
     *
     * @throws MemflowException that quotes the exact spot of what is malformed
     */
    public static ChainStep parse(ChainStep.Kind kind, String text) {
        List<Part> parts = split(text, 0, text.length(), ':');
        String name = parts.getFirst().unquoted(text);
        if (!name.matches("[a-z0-9_-]+")) {
            throw malformed(text, parts.getFirst().start, "a plugin's name is lower-case letters, digits, - and _");
        }
        // memflow keeps a connector's own keys and those of caches and the like in two parts; here either has any.
        int most = kind == ChainStep.Kind.CONNECTOR ? 4 : 3;
        if (parts.size() > most) {
            throw malformed(
                    text,
                    parts.get(most).start,
                    "a step is name:target:key=value,...; quote a target that holds a colon");
        }
        Optional<String> target = parts.size() < 2
                ? Optional.empty()
                : Optional.of(parts.get(1).unquoted(text)).filter(t -> !t.isEmpty());
        Map<String, String> values = new LinkedHashMap<>();
        for (Part list : parts.subList(Math.min(2, parts.size()), parts.size())) {
            if (list.start < list.end) {
                for (Part pair : split(text, list.start, list.end, ',')) {
                    addArgument(text, pair, values);
                }
            }
        }
        return new ChainStep(kind, name, new PluginArguments(target, values));
    }

    /**
     * Arguments of a plugin that has no target, with those that stand in the target's place put first.
     *
     * @throws MemflowException when a target is given that is no list of arguments, or one is given in both places
     */
    static PluginArguments withoutTarget(String plugin, PluginArguments given) {
        if (given.target().isEmpty()) {
            return given;
        }
        String target = given.target().get();
        if (target.indexOf('=') < 0) {
            throw new MemflowException(
                    ErrorOrigin.ARGS,
                    ErrorKind.INVALID_ARGUMENT,
                    "%s has no target, but was given \"%s\"; write %s:key=value,...".formatted(plugin, target, plugin));
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (Part pair : split(target, 0, target.length(), ',')) {
            addArgument(target, pair, values);
        }
        given.values().forEach((key, value) -> {
            if (values.putIfAbsent(key, value) != null) {
                throw malformed(target, 0, "argument \"" + key + "\" is given once more behind it");
            }
        });
        return new PluginArguments(Optional.empty(), values);
    }

    private static void addArgument(String text, Part pair, Map<String, String> values) {
        List<Part> sides = split(text, pair.start, pair.end, '=');
        if (sides.size() > 2) {
            throw malformed(text, sides.get(2).start - 1, "one = too many; quote a value that holds one");
        }
        boolean bare = sides.size() == 1;
        if (bare && (!values.isEmpty() || pair.start == pair.end)) {
            throw malformed(text, pair.start, "arguments are key=value, separated by commas");
        }
        String key = bare ? "default" : sides.getFirst().unquoted(text);
        if (key.isEmpty()) {
            throw malformed(text, pair.start, "the key before = is empty");
        }
        if (values.putIfAbsent(key, sides.getLast().unquoted(text)) != null) {
            throw malformed(text, pair.start, "argument \"" + key + "\" is given twice");
        }
    }

    /** A part of the text, quotes and escapes still in it. */
    private record Part(int start, int end) {
        String unquoted(String text) {
            StringBuilder plain = new StringBuilder();
            char quote = 0;
            for (int i = start; i < end; i++) {
                char c = text.charAt(i);
                if (c == ESCAPE && i + 1 < end) {
                    plain.append(text.charAt(++i));
                } else if (quote == 0 && isQuote(c)) {
                    quote = c;
                } else if (c == quote) {
                    quote = 0;
                } else {
                    plain.append(c);
                }
            }
            return plain.toString();
        }
    }

    private static List<Part> split(String text, int from, int to, char separator) {
        List<Part> parts = new ArrayList<>();
        int start = from;
        char quote = 0;
        int quoteAt = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == ESCAPE) {
                i++;
            } else if (quote == 0 && isQuote(c)) {
                quote = c;
                quoteAt = i;
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && c == separator) {
                parts.add(new Part(start, i));
                start = i + 1;
            }
        }
        if (quote != 0) {
            throw malformed(text, quoteAt, "this quote is never closed");
        }
        parts.add(new Part(start, to));
        return parts;
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`';
    }

    private static MemflowException malformed(String text, int at, String reason) {
        return new MemflowException(
                ErrorOrigin.ARGS,
                ErrorKind.INVALID_ARGUMENT,
                "In \"%s\", at \"%s\": %s.".formatted(text, text.substring(Math.min(at, text.length())), reason));
    }
}
