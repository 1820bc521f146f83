package io.memflow.core.plugin;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Reads the values of arguments and refuses those that are not allowed: each refusal is a {@link MemflowException} that
 * names the argument, the value, what is wrong with it and what is allowed. Immutable.
 */
record ArgumentValues(PluginArguments arguments) {
    private static final List<String> YES = List.of("true", "on", "1");
    private static final List<String> NO = List.of("false", "off", "0");

    /** Endings of a number, each 1024 of the one before. */
    private static final List<String> UNITS = List.of("k", "m", "g");

    private static final int UNIT_BITS = 10;

    /** A choice of two; {@code usual} when it is not given. */
    boolean choice(String key, boolean usual) {
        Optional<String> value = arguments.value(key).map(ArgumentValues::plain);
        if (value.isEmpty()) {
            return usual;
        }
        boolean yes = YES.contains(value.get());
        if (!yes && !NO.contains(value.get())) {
            throw refuse(key, "is neither", "true or false, on or off, 1 or 0");
        }
        return yes;
    }

    /** Whether an argument has this value. */
    boolean is(String key, String word) {
        return arguments.value(key).map(ArgumentValues::plain).equals(Optional.of(word));
    }

    /** One of some words. */
    Optional<String> word(String key, List<String> words) {
        Optional<String> value = arguments.value(key).map(ArgumentValues::plain);
        if (value.isPresent() && !words.contains(value.get())) {
            throw refuse(key, "is none of its words", String.join(" or ", words));
        }
        return value;
    }

    /** A number within bounds; {@code usual} when it is not given. */
    long number(String key, long usual, long least, long most) {
        String allowed = "%d to %d, in decimal digits, or 0x and hexadecimal ones".formatted(least, most);
        return bounded(key, usual, least, most, ArgumentValues::digits, allowed);
    }

    /** A number of bytes within bounds; {@code usual} when it is not given. */
    long size(String key, long usual, long least, long most) {
        String allowed = "%s to %s, in decimal digits, or 0x and hexadecimal ones, with kb, mb or gb behind if wanted"
                .formatted(written(least), written(most));
        return bounded(key, usual, least, most, ArgumentValues::bytes, allowed);
    }

    private long bounded(
            String key, long usual, long least, long most, Function<String, OptionalLong> parser, String allowed) {
        Optional<String> value = arguments.value(key);
        if (value.isEmpty()) {
            return usual;
        }
        OptionalLong number = parser.apply(plain(value.get()));
        if (number.isEmpty()) {
            throw refuse(key, "is not a number", allowed);
        }
        if (Address.below(number.getAsLong(), least)) {
            throw refuse(key, "is too small", allowed);
        }
        if (Address.below(most, number.getAsLong())) {
            throw refuse(key, "is too large", allowed);
        }
        return number.getAsLong();
    }

    /** What to throw for a value. */
    MemflowException refuse(String key, String reason, String allowed) {
        return new MemflowException(
                ErrorOrigin.ARGS_VALIDATOR,
                ErrorKind.ARG_VALIDATION,
                "Argument %s: \"%s\" %s; allowed: %s."
                        .formatted(key, arguments.value(key).orElse(""), reason, allowed));
    }

    private static String plain(String value) {
        return value.strip().toLowerCase(Locale.ROOT);
    }

    /** Nothing when the text is no number of bytes, or one of more than 64 bits. */
    private static OptionalLong bytes(String text) {
        // A bare b would be a hexadecimal digit; behind a unit it is none.
        boolean spelled = text.length() > 1 && text.endsWith("b") && unit(text.substring(0, text.length() - 1)) >= 0;
        String scaled = spelled ? text.substring(0, text.length() - 1) : text;
        int unit = unit(scaled);
        int shift = (unit + 1) * UNIT_BITS;
        OptionalLong number = digits(unit < 0 ? scaled : scaled.substring(0, scaled.length() - 1));
        boolean fits = number.isPresent() && number.getAsLong() << shift >>> shift == number.getAsLong();
        return fits ? OptionalLong.of(number.getAsLong() << shift) : OptionalLong.empty();
    }

    private static OptionalLong digits(String text) {
        try {
            return OptionalLong.of(Address.parse(text));
        } catch (MemflowException noNumber) {
            return OptionalLong.empty();
        }
    }

    private static int unit(String text) {
        return text.isEmpty() ? -1 : UNITS.indexOf(text.substring(text.length() - 1));
    }

    private static String written(long number) {
        long shown = number;
        int unit = -1;
        while (unit < UNITS.size() - 1 && shown != 0 && shown % 1024 == 0) {
            shown /= 1024;
            unit++;
        }
        return shown + (unit < 0 ? "" : UNITS.get(unit) + "b");
    }
}
