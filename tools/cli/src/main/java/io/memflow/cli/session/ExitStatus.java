package io.memflow.cli.session;

import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;

/** How a run ended, as scripts see it. */
public enum ExitStatus {
    /** Everything asked for was read. */
    COMPLETE(0),
    FAILED(1),
    /** The command line is wrong; the target was not looked at. */
    USAGE(2),
    /** What could be read was given; what could not is named on standard error. */
    INCOMPLETE(3);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Whether the failure lies in what the user wrote or in what was found. */
    static ExitStatus of(MemflowException failure) {
        boolean written = switch (failure.kind()) {
            case ARG_NOT_EXISTS, ARG_VALIDATION, REQUIRED_ARG_NOT_FOUND, CONFIGURATION, PLUGIN_NOT_FOUND -> true;
            default -> failure.origin() == ErrorOrigin.ARGS;
        };
        return written ? USAGE : FAILED;
    }
}
