package io.memflow.host.ram;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.PluginArguments;

/** How the RAM of a machine in a process is reached. */
public enum RamWay {
    /** In place where that works, otherwise copied. */
    BEST,
    SHARED,
    PROCESS;

    private static final String KEY = "memory";

    /** Its line in a connector's list of arguments. */
    public static final ArgumentDescription DESCRIPTION =
            new ArgumentDescription(KEY, "shared: only map RAM in place; process: only copy it from the process");

    /**
     * What the arguments of a connector ask for.
     *
     * @throws MemflowException when the value is none of these
     */
    public static RamWay of(PluginArguments arguments) {
        String value = arguments.value(KEY).orElse("");
        return switch (value) {
            case "" -> BEST;
            case "shared" -> SHARED;
            case "process" -> PROCESS;
            default ->
                throw new MemflowException(
                        ErrorOrigin.CONNECTOR,
                        ErrorKind.ARG_VALIDATION,
                        "Argument memory: \"%s\" is neither shared nor process; leave it away for the best way."
                                .formatted(value));
        };
    }
}
