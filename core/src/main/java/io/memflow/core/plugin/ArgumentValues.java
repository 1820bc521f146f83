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
public record ArgumentValues(PluginArguments arguments) {
    private static final List<String> YES = List.of("true", "on", "1");
    private static final List<String> NO = List.of("false", "off", "0");

    /** A choice of two; {@code usual} when it is not given. */
    public boolean choice(String key, boolean usual) {
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
    public boolean is(String key, String word) {
        return arguments.value(key).map(ArgumentValues::plain).equals(Optional.of(word));
    }

    /** One of some words. */
    public Optional<String> word(String key, List<String> words) {
        Optional<String> value = arguments.value(key).map(ArgumentValues::plain);
        if (value.isPresent() && !words.contains(value.get())) {
            throw refuse(key, "is none of its words", String.join(" or ", words));
        }
        return value;
    }

    /** A number within bounds, all of them unsigned; {@code usual} when it is not given. */
    public long number(String key, long usual, long least, long most) {
        String allowed = "%s to %s, in decimal digits, or 0x and hexadecimal ones"
                .formatted(Long.toUnsignedString(least), Long.toUnsignedString(most));
        return bounded(key, usual, least, most, ByteSize::number, allowed);
    }

    /** A number of bytes within bounds, all of them unsigned; {@code usual} when it is not given. */
    public long size(String key, long usual, long least, long most) {
        String allowed = "%s to %s, in decimal digits, or 0x and hexadecimal ones, with kb, mb or gb behind if wanted"
                .formatted(ByteSize.format(least), ByteSize.format(most));
        return bounded(key, usual, least, most, ByteSize::parse, allowed);
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

    /**
     * What to throw for a value.
     *
     * @param reason what is wrong with it, as in "is too large"
     * @param allowed what may stand there instead
     */
    public MemflowException refuse(String key, String reason, String allowed) {
        return new MemflowException(
                ErrorOrigin.ARGS_VALIDATOR,
                ErrorKind.ARG_VALIDATION,
                "Argument %s: \"%s\" %s; allowed: %s."
                        .formatted(key, arguments.value(key).orElse(""), reason, allowed));
    }

    private static String plain(String value) {
        return value.strip().toLowerCase(Locale.ROOT);
    }
}
