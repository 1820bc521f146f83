package io.memflow.cli.command;

import io.memflow.cli.arguments.UsageException;

/**
 * A pattern for names, as shells have it: {@code *} is any text, {@code ?} any character, {@code [a-z]} one of a set,
 * {@code [!a-z]} one outside of it, and a backslash takes the next character literally. Matching takes time in proportion
 * to pattern times name at worst, whatever the pattern. Immutable.
 */
final class Glob {
    private static final char ESCAPE = '\\';

    private final String pattern;

    /**
     * @throws UsageException when a set is never closed
     */
    Glob(String pattern) {
        this.pattern = pattern;
        for (int i = 0; i < pattern.length(); i = next(i)) {
            if (pattern.charAt(i) == '[' && setEnd(i) < 0) {
                throw new UsageException("In \"" + pattern + "\", at \"" + pattern.substring(i)
                        + "\": this set is never closed; write \\[ for the character itself.");
            }
        }
    }

    boolean matches(String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int resume = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = n;
            } else if (p < pattern.length() && matchesOne(p, name.charAt(n))) {
                p = next(p);
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Where the element after the one at {@code p} starts. */
    private int next(int p) {
        return switch (pattern.charAt(p)) {
            case '[' -> {
                int end = setEnd(p);
                yield end < 0 ? pattern.length() : end + 1;
            }
            case ESCAPE -> Math.min(p + 2, pattern.length());
            default -> p + 1;
        };
    }

    private boolean matchesOne(int p, char c) {
        return switch (pattern.charAt(p)) {
            case '?' -> true;
            case '[' -> inSet(p, c);
            case ESCAPE -> p + 1 < pattern.length() ? pattern.charAt(p + 1) == c : c == ESCAPE;
            default -> pattern.charAt(p) == c;
        };
    }

    /** The closing bracket, which does not count as one right after the opening. */
    private int setEnd(int open) {
        int first = open + 1 + (isNegated(open) ? 1 : 0);
        return pattern.indexOf(']', first + 1);
    }

    private boolean isNegated(int open) {
        return open + 1 < pattern.length() && pattern.charAt(open + 1) == '!';
    }

    private boolean inSet(int open, char c) {
        boolean negated = isNegated(open);
        int end = setEnd(open);
        for (int i = open + 1 + (negated ? 1 : 0); i < end; i++) {
            char low = pattern.charAt(i);
            boolean range = i + 2 < end && pattern.charAt(i + 1) == '-';
            char high = range ? pattern.charAt(i + 2) : low;
            if (low <= c && c <= high) {
                return !negated;
            }
            i += range ? 2 : 0;
        }
        return negated;
    }
}
