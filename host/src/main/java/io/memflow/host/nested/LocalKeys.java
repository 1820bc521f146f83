package io.memflow.host.nested;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.plugin.PluginArguments;
import java.util.List;

/** Arguments that choose among ways which exist for a machine on this one only. Stateless. */
public final class LocalKeys {
    private LocalKeys() {}

    /**
     * Refuses such arguments behind another step of a chain, where there is one way.
     *
     * @param machine whose they are, as in "a QEMU"
     * @throws MemflowException when one of them is given
     */
    public static void refuse(PluginArguments arguments, String machine, List<String> keys) {
        for (String key : keys) {
            arguments.value(key).ifPresent(value -> {
                throw new MemflowException(
                        ErrorOrigin.CONNECTOR,
                        ErrorKind.ARG_VALIDATION,
                        "Argument %s: \"%s\" is for %s that is reached from this machine; behind another step of a chain its memory is read through its process: leave %s away."
                                .formatted(key, value, machine, key));
            });
        }
    }
}
