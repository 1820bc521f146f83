package io.memflow.cli.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A command line taken apart as POSIX and GNU programs do: options and words in any order, {@code --name value} or
 * {@code --name=value}, {@code -c value} or {@code -cvalue}, and {@code --} before words that start with a dash. Immutable.
 *
 * @param given options in the order written
 * @param words the others, in the order written
 */
public record Arguments(List<Given> given, List<String> words) {
    /**
     * An option as it was written.
     *
     * @param value empty for an option that takes none
     */
    public record Given(Option option, String value) {}

    public Arguments {
        given = List.copyOf(given);
        words = List.copyOf(words);
    }

    /**
     * Takes a command line apart.
     *
     * @param command the command it calls
     * @param written what follows the command's name
     * @throws UsageException when an option is unknown, lacks its value, has one it does not take, or is given twice
     */
    public static Arguments parse(CommandSyntax command, List<String> written) {
        List<Given> given = new ArrayList<>();
        List<String> words = new ArrayList<>();
        boolean onlyWords = false;
        for (int i = 0; i < written.size(); i++) {
            String text = written.get(i);
            if (onlyWords || !text.startsWith("-") || text.equals("-")) {
                words.add(text);
            } else if (text.equals("--")) {
                onlyWords = true;
            } else {
                boolean last = i + 1 == written.size();
                Written found = find(command, text, last ? Optional.empty() : Optional.of(written.get(i + 1)));
                refuseSecond(given, found.given.option);
                given.add(found.given);
                i += found.consumed - 1;
            }
        }
        return new Arguments(given, words);
    }

    public boolean has(Option option) {
        return given.stream().anyMatch(one -> one.option.equals(option));
    }

    public Optional<String> value(Option option) {
        return given.stream()
                .filter(one -> one.option.equals(option))
                .map(Given::value)
                .findFirst();
    }

    /** An option found in the text, and how many of the written arguments it takes up. */
    private record Written(Given given, int consumed) {}

    private static Written find(CommandSyntax command, String text, Optional<String> next) {
        boolean isLong = text.startsWith("--");
        int nameEnd = isLong ? text.indexOf('=') : 2;
        boolean attached = nameEnd >= 0 && nameEnd < text.length();
        String name = attached ? text.substring(0, nameEnd) : text;
        Option option = command.options().stream()
                .filter(known -> known.names().contains(name))
                .findFirst()
                .orElseThrow(() -> unknown(command, name));
        if (option.value().isEmpty()) {
            if (attached) {
                throw new UsageException(name + " takes no value, and \"" + text + "\" gives one.");
            }
            return new Written(new Given(option, ""), 1);
        }
        if (attached) {
            return new Written(new Given(option, text.substring(isLong ? nameEnd + 1 : nameEnd)), 1);
        }
        String value = next.orElseThrow(() -> new UsageException(
                name + " lacks its value: write " + name + " " + option.value().orElseThrow() + "."));
        return new Written(new Given(option, value), 2);
    }

    private static void refuseSecond(List<Given> given, Option option) {
        boolean before = given.stream().anyMatch(one -> one.option.equals(option));
        if (before && option.times() == Option.Times.ONCE && option.value().isPresent()) {
            throw new UsageException(option.names().getFirst() + " is given twice.");
        }
    }

    private static UsageException unknown(CommandSyntax command, String name) {
        String known = command.options().stream()
                .flatMap(option -> option.names().stream())
                .collect(Collectors.joining(", "));
        return new UsageException("There is no option " + name + "; " + command.name() + " takes " + known + ".");
    }
}
