package io.memflow.lab;

import io.memflow.guest.host.HostCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What nm(1) and readelf(1) say of a file. Lines are in the form that {@link ModuleComparison} gives its own in. Immutable.
 *
 * @param exports {@code ADDRESS NAME@@VERSION}, sorted; thread-local ones have the address {@code -}
 * @param imports {@code NAME@VERSION}, sorted
 * @param sections {@code NAME ADDRESS SIZE}
 * @param needed libraries it asks for
 * @param buildId empty without one
 */
record ImageTruth(
        List<String> exports, List<String> imports, List<String> sections, List<String> needed, String buildId) {
    /** {@code Num: Value Size Type Bind Vis Ndx Name}. */
    private static final Pattern SYMBOL =
            Pattern.compile(" *[0-9]+: ([0-9a-f]+) +\\S+ (\\S+) +(\\S+) +(\\S+) +(\\S+) ?(\\S*)(?: \\([0-9]+\\))?");

    private static final Pattern SECTION =
            Pattern.compile(" *\\[ *[1-9][0-9]*] (\\S+) +\\S+ +([0-9a-f]+) [0-9a-f]+ ([0-9a-f]+) .*");
    private static final Pattern NEEDED = Pattern.compile("\\(NEEDED\\).*\\[(.*)]");
    private static final Pattern BUILD_ID = Pattern.compile("Build ID: ([0-9a-f]+)");

    /** Asks about one file. */
    static ImageTruth of(Path file) {
        List<Matcher> symbols = matches(SYMBOL, "--dyn-syms", file).stream()
                .filter(symbol -> !symbol.group(6).isEmpty() && !symbol.group(3).equals("LOCAL"))
                .toList();
        return new ImageTruth(
                symbols.stream()
                        .filter(symbol -> !symbol.group(5).equals("UND"))
                        .map(symbol -> address(symbol) + " " + symbol.group(6))
                        .sorted()
                        .toList(),
                symbols.stream()
                        .filter(symbol -> symbol.group(5).equals("UND"))
                        .map(symbol -> symbol.group(6))
                        .sorted()
                        .toList(),
                matches(SECTION, "-S", file).stream()
                        .map(section ->
                                section.group(1) + " " + number(section.group(2)) + " " + number(section.group(3)))
                        .toList(),
                matches(NEEDED, "-d", file).stream().map(line -> line.group(1)).toList(),
                matches(BUILD_ID, "-n", file).stream()
                        .map(line -> line.group(1))
                        .findFirst()
                        .orElse(""));
    }

    private static String address(Matcher symbol) {
        return symbol.group(2).equals("TLS") ? "-" : number(symbol.group(1));
    }

    private static String number(String hexadecimal) {
        return Long.toHexString(Long.parseUnsignedLong(hexadecimal, 16));
    }

    private static List<Matcher> matches(Pattern pattern, String option, Path file) {
        return HostCommand.of("readelf", "-W", option, file.toString())
                .runOrFail()
                .lines()
                .map(pattern::matcher)
                .filter(matcher -> (pattern == SYMBOL || pattern == SECTION) ? matcher.matches() : matcher.find())
                .toList();
    }
}
