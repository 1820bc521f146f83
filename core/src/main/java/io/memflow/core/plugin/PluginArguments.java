package io.memflow.core.plugin;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The target and arguments of one plugin, as written in a chain. Immutable.
 *
 * @param target what to open, such as a file or a machine's name; empty when none was given
 * @param values arguments by key, in the order written
 */
public record PluginArguments(Optional<String> target, Map<String, String> values) {
    public static final PluginArguments NONE = new PluginArguments(Optional.empty(), Map.of());

    public PluginArguments {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public static PluginArguments ofTarget(String target) {
        return new PluginArguments(Optional.of(target), Map.of());
    }

    public Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /**
     * An argument that is an address or size in bytes.
     *
     * @throws MemflowException when it is given but is not a number
     */
    public OptionalLong address(String key) {
        String text = values.get(key);
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Address.parse(text));
        } catch (MemflowException notAnAddress) {
            throw new MemflowException(
                    ErrorOrigin.ARGS,
                    ErrorKind.ARG_VALIDATION,
                    "Argument " + key + ": " + notAnAddress.getMessage(),
                    notAnAddress);
        }
    }

    /** The same without some keys. */
    PluginArguments without(Set<String> keys) {
        Map<String, String> rest = new LinkedHashMap<>(values);
        rest.keySet().removeAll(keys);
        return new PluginArguments(target, rest);
    }

    /**
     * Refuses keys that the plugin does not know.
     *
     * @throws MemflowException that names the first unknown key and lists the known ones
     */
    public void requireKnown(String plugin, List<ArgumentDescription> known) {
        for (String key : values.keySet()) {
            if (known.stream().noneMatch(argument -> argument.key().equals(key))) {
                String list = known.isEmpty()
                        ? "it takes none"
                        : "it takes "
                                + known.stream().map(ArgumentDescription::key).collect(Collectors.joining(", "));
                throw new MemflowException(
                        ErrorOrigin.ARGS_VALIDATOR,
                        ErrorKind.ARG_NOT_EXISTS,
                        "%s has no argument \"%s\"; %s.".formatted(plugin, key, list));
            }
        }
    }
}
