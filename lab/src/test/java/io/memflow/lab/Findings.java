package io.memflow.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a comparison found: how much was held against the truth, and what differed, a sentence each. Confined. */
final class Findings {
    private final List<String> differences = new ArrayList<>();
    private final Map<String, Integer> compared = new TreeMap<>();

    List<String> differences() {
        return List.copyOf(differences);
    }

    /** How many of each kind of row were compared. */
    Map<String, Integer> compared() {
        return Map.copyOf(new TreeMap<>(compared));
    }

    void count(String what, int rows) {
        compared.merge(what, rows, Integer::sum);
    }

    void differ(String sentence) {
        differences.add(sentence);
    }

    void same(String what, @Nullable Object expected, @Nullable Object got) {
        if (!Objects.equals(expected, got)) {
            differ("%s: expected %s, got %s".formatted(what, expected, got));
        }
    }

    /** As {@link #same}, for sorted lines of which only those that differ are named. */
    void sameLines(String what, List<String> expected, List<String> got) {
        List<String> lost = new ArrayList<>(expected);
        got.forEach(lost::remove);
        List<String> surplus = new ArrayList<>(got);
        expected.forEach(surplus::remove);
        lost.forEach(line -> differ(what + ": missing " + line));
        surplus.forEach(line -> differ(what + ": not in /proc: " + line));
        count(what, expected.size());
    }
}
